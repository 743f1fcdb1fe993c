package org.postseal.gateway.e2e.load;

import java.util.List;
import org.postseal.gateway.smtp.server.RandomDialogues;

/** Sends random commands, in any order and spelling, and compares the replies with a model. */
final class CommandsRow implements Row {
    @Override
    public String unit() {
        return "sequences";
    }

    @Override
    public int full() {
        return 1_000_000;
    }

    @Override
    public int brief() {
        return 4000;
    }

    @Override
    public int batch() {
        return 20_000;
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        List<String> deviations = RandomDialogues.deviations(steps.from(), steps.count());
        tally.add("sequences", steps.count());
        tally.add("deviations", deviations.size());
        deviations.forEach(tally::fault);
    }
}
