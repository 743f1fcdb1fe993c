package org.postseal.gateway.e2e.load;

import java.util.List;
import org.postseal.gateway.smtp.server.RandomDialogues;

/** Sends random commands, in any order and spelling, and compares the replies with a model. */
final class CommandsRow implements Row {
    @Override
    public Extent extent() {
        return new Extent("sequences", 1_000_000, 4000, 20_000);
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        List<String> deviations = RandomDialogues.deviations(steps.from(), steps.count());
        tally.add("sequences", steps.count());
        tally.add("deviations", deviations.size());
        deviations.forEach(tally::fault);
    }
}
