package org.postseal.gateway.e2e.load;

import java.nio.file.Path;
import java.util.List;
import org.postseal.gateway.road.delivery.HopFaults;
import org.postseal.gateway.testkit.TemporaryHome;

/**
 * The next hop fails once, at each stage in each way. One batch is all of that, over LMTP and SMTP, with one address
 * and with two in turn.
 */
final class NextHopRow implements Row {
    @Override
    public Extent extent() {
        return new Extent("cases", HopFaults.ROUNDS * HopFaults.CASES, HopFaults.CASES, HopFaults.CASES);
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        Path folder = TemporaryHome.create("hop-faults");
        try {
            List<String> deviations = HopFaults.deviations(steps.from() / extent().batch(), folder);
            tally.add("cases", steps.count());
            tally.add("deviations", deviations.size());
            deviations.forEach(tally::fault);
        } finally {
            TemporaryHome.delete(folder);
        }
    }
}
