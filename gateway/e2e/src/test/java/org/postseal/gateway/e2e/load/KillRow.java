package org.postseal.gateway.e2e.load;

import java.util.List;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.TestPki;

/** Kills the gateway by SIGKILL under load, again and again. */
final class KillRow implements Row {
    @Override
    public Extent extent() {
        return new Extent("kills", 500, 6, 3);
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        boolean isLmtp = steps.from() / extent().batch() % 2 == 0;
        try (TestPki pki = MixedGateway.pki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess gateway = MixedGateway.of(pki).start(MixedGateway.POLICY, hop.port())) {
            LoadDriver load =
                    new LoadDriver(isLmtp ? gateway.submissionLmtp() : gateway.submissionSmtp(), isLmtp, true);
            KillsUnderLoad.run("kill", steps, load, List.of(gateway), tally);
            MixedGateway.book("kill " + steps.from(), load.account(hop.received()), gateway, tally);
        }
    }

    @Override
    public void judge(Tally tally) {
        tally.requireFewDuplicates("kills", 5);
    }
}
