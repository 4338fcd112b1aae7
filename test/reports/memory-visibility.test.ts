import { visiblePart } from '../../src/reports/history/visibility.ts';
import { RecentAnalyses } from '../../src/reports/recent.ts';
import { visibilitySuite } from './visibility-suite.ts';

visibilitySuite('memory', async () => {
  const recent = new RecentAnalyses();
  return {
    append: async (batch) => {
      for (const { measurement } of batch) recent.record(measurement);
    },
    analyses: async (filter) => recent.list(filter),
    analysis: async (id, _, visible) => {
      const found = recent.find(id);
      return found === null ? null : visiblePart(visible, found);
    },
  };
});
