package org.postseal.gateway.e2e.load;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.CuttingProxy;
import org.postseal.gateway.testkit.CuttingProxy.Link;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.TestPki;

/** The links to and from the gateway are cut under load. */
final class NetworkRow implements Row {
    private static final int SENDERS = 16;
    private static final int MESSAGES_PER_CUT = 60;
    // The numbers of these cuts in a batch.
    private static final int SILENCE_OUT = 2;
    private static final int SILENCE_IN = 5;

    @Override
    public Extent extent() {
        return new Extent("cuts", 200, 10, 10);
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        boolean isLmtp = steps.from() / extent().batch() % 2 == 0;
        Random random = new Random(steps.from());
        try (TestPki pki = MixedGateway.pki();
                ScriptedNextHop hop = new ScriptedNextHop();
                CuttingProxy out = new CuttingProxy(hop.port());
                GatewayProcess gateway = MixedGateway.of(pki).start(MixedGateway.POLICY, out.port());
                CuttingProxy in = new CuttingProxy(isLmtp ? gateway.submissionLmtp() : gateway.submissionSmtp())) {
            LoadDriver load = new LoadDriver(in.port(), isLmtp, true);
            AtomicBoolean isEnough = new AtomicBoolean();
            Thread sending = Thread.ofVirtual().start(() -> {
                for (int round = 0; !isEnough.get(); round++) {
                    try {
                        load.run("cut-" + steps.from() + "-" + round, MESSAGES_PER_CUT, SENDERS, MixedGateway.ALL);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return;
                    }
                }
            });
            for (int cut = 0; cut < steps.count(); cut++) {
                int before = load.settled();
                int more = random.nextInt(MESSAGES_PER_CUT * MixedGateway.ALL.size());
                Await.until(() -> load.settled() > before + more, () -> "no progress\n" + gateway.log());
                // In a full run one cut of each batch is longer than many time limits, on either link in turn.
                boolean isLong = !steps.isShort() && cut == (isLmtp ? SILENCE_OUT : SILENCE_IN);
                int millis = isLong ? 90_000 + random.nextInt(30_000) : random.nextInt(steps.isShort() ? 300 : 3000);
                cut(cut % 2 == 0 ? out : in, cut / 2 % 3, millis);
                tally.add("silences of 90 s and more", isLong ? 1 : 0);
            }
            isEnough.set(true);
            sending.join();
            tally.add("cuts", steps.count());
            MixedGateway.book("cuts " + steps.from(), load.account(hop.received()), gateway, tally);
        }
    }

    /**
     * Cuts a link in one of three ways: resets connections once; lets nothing pass and then all of it; or lets nothing
     * pass and then resets what is open.
     */
    private static void cut(CuttingProxy link, int kind, int millis) throws Exception {
        switch (kind) {
            case 0 -> {
                link.set(Link.RESET);
                Await.pause(Duration.ofMillis(millis));
            }
            case 1 -> {
                link.set(Link.SILENT);
                Await.pause(Duration.ofMillis(millis));
            }
            default -> {
                link.set(Link.SILENT);
                Await.pause(Duration.ofMillis(millis));
                link.resetAll();
            }
        }
        link.set(Link.PASS);
    }
}
