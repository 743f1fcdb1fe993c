package org.postseal.gateway.road.delivery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopConfig.Target;
import org.postseal.gateway.config.NextHopConfig.TlsMode;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.road.journal.TestJournal;
import org.postseal.gateway.road.journal.Upstreams;
import org.postseal.gateway.smime.SendablesForTests;
import org.postseal.gateway.smtp.client.ClientSettings;
import org.postseal.gateway.smtp.client.ClientSettings.Timeouts;
import org.postseal.gateway.smtp.client.NettyNextHop;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.client.OutgoingEnvelope;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;

/**
 * A next hop fails once, at each stage in each way, for messages of one and of two units with one and with three
 * recipients each, over LMTP and SMTP. Each recipient is told what the table says. After the retries of the peer
 * everybody has the message once, except those who were refused for good. If the next hop has two addresses, the second
 * takes what broke off before the final dot, and never what broke off after it.
 */
public final class HopFaults {
    private static final List<Stage> STAGES = List.of(
            Stage.GREETING, Stage.EHLO, Stage.XFORWARD, Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.CONTENT, Stage.DOT);

    /** All cases of a round: each stage, each fault, one and three recipients, one and two units. */
    public static final int CASES = 8 * 6 * 2 * 2;

    /** After this many rounds, each case was tried over LMTP and SMTP, with one and two addresses of the next hop. */
    public static final int ROUNDS = 4;

    /** Nothing waits this long, unless the machine is busy. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private HopFaults() {}

    private enum Fault {
        TEMPORARY,
        PERMANENT,
        CLOSING,
        RESET,
        HANG,
        DRIP;

        Action at(Stage stage) {
            return switch (this) {
                case RESET -> new Action.Reset();
                case HANG -> new Action.Hang();
                case DRIP -> new Action.Drip(Duration.ofMillis(2));
                case TEMPORARY -> say("451 4.3.1 not now\r\n", stage);
                case PERMANENT -> say("550 5.7.9 never\r\n", stage);
                case CLOSING -> say("421 4.3.2 going down\r\n", stage);
            };
        }

        private static Action say(String reply, Stage stage) {
            return stage == Stage.CONTENT ? new Action.SayAndHang(reply) : new Action.Say(reply);
        }
    }

    /** @param addresses how many addresses the next hop has: the first one fails, a second one would not */
    private record Case(Stage stage, Fault fault, int recipients, int units, Peer.Protocol protocol, int addresses) {
        boolean isSmtp() {
            return protocol == Peer.Protocol.SMTP;
        }

        /** Returns true if the fault shows before the final dot, so that the second address may be tried. */
        boolean isFailedOver() {
            return addresses == 2 && isBroken() && stage != Stage.DOT;
        }

        private boolean isBroken() {
            boolean isWithoutSession = stage == Stage.GREETING || stage == Stage.EHLO;
            return switch (fault) {
                case CLOSING, RESET, HANG -> true;
                case TEMPORARY, PERMANENT -> isWithoutSession;
                case DRIP -> false;
            };
        }
    }

    /**
     * Tries all cases. The protocol and the number of addresses change from case to case, and for each case from round
     * to round.
     *
     * @param round from 0, below {@link #ROUNDS}
     * @param folder the folder for the journal
     * @return what was not as it should be; all cases were tried
     */
    public static List<String> deviations(int round, Path folder) throws Exception {
        Map<Case, Future<String>> running = new LinkedHashMap<>();
        try (TestJournal journal = TestJournal.open(
                folder.resolve("journal.db"), Duration.ofDays(1), Duration.ofSeconds(30), InstantSource.system())) {
            Map<Boolean, List<Case>> byWork =
                    cases(round).stream().collect(Collectors.partitioningBy(each -> each.stage() == Stage.CONTENT));
            // Large messages are tried apart: cases that wait for a silent hop have little time.
            for (boolean isLarge : List.of(false, true)) {
                try (ExecutorService threads =
                        Executors.newFixedThreadPool(12, Thread.ofVirtual().factory())) {
                    for (Case each : byWork.getOrDefault(isLarge, List.of())) {
                        Callable<String> run = () -> run(each, journal);
                        running.put(each, threads.submit(run));
                    }
                }
            }
        }
        if (running.size() != CASES) {
            throw new AssertionError(running.size() + " cases");
        }
        List<String> deviations = new ArrayList<>();
        for (Map.Entry<Case, Future<String>> entry : running.entrySet()) {
            String expected = oracle(entry.getKey());
            String actual = entry.getValue().get();
            if (!actual.equals(expected)) {
                deviations.add(entry.getKey() + ": expected " + expected + ", was " + actual);
            }
        }
        return deviations;
    }

    private static List<Case> cases(int round) {
        List<Case> cases = new ArrayList<>();
        for (Stage stage : STAGES) {
            for (Fault fault : Fault.values()) {
                for (int recipients : List.of(1, 3)) {
                    for (int units : List.of(1, 2)) {
                        int way = round
                                + STAGES.indexOf(stage)
                                + List.of(Fault.values()).indexOf(fault)
                                + recipients / 2
                                + units
                                - 1;
                        Peer.Protocol protocol = way % 2 == 0 ? Peer.Protocol.SMTP : Peer.Protocol.LMTP;
                        cases.add(new Case(stage, fault, recipients, units, protocol, 1 + way / 2 % 2));
                    }
                }
            }
        }
        return cases;
    }

    /**
     * Returns what is said at the first attempt, how much of it went to a second address, who was sent to again in
     * doubt, and how often each recipient has the message in the end.
     */
    private static String run(Case each, TestJournal journal) throws IOException {
        Action action = each.fault().at(each.stage());
        Script script = moment -> moment.stage() == each.stage() && moment.connection() == 1 && moment.count() == 1
                ? Optional.of(action)
                : Optional.empty();
        // The steps after the fault have the same limit, and must not look silent because the machine is slow.
        boolean isMoreToCome = each.isFailedOver() || each.units() == 2;
        Duration quick = each.fault() == Fault.HANG ? Duration.ofMillis(isMoreToCome ? 6000 : 400) : PATIENCE;
        try (ScriptedNextHop hop = new ScriptedNextHop(script);
                ScriptedNextHop second = new ScriptedNextHop();
                NettyNextHop client = new NettyNextHop(
                        new ClientSettings(hop(each, hop, second), "gw.example.com", timeouts(each.stage(), quick)));
                NettyNextHop patient = new NettyNextHop(ClientSettings.of(hop(each, hop, second), "gw.example.com"))) {
            Delivery delivery =
                    new JournaledDelivery(journal, new HopDelivery(client), Upstreams.UNNAMED, InstantSource.system());
            Delivery later =
                    new JournaledDelivery(journal, new HopDelivery(patient), Upstreams.UNNAMED, InstantSource.system());
            RawMessage message = RawMessage.join(List.of(
                    RawMessage.of(("Message-ID: <1@example.com>\r\nSubject: " + each + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII)),
                    each.stage() == Stage.CONTENT ? BIG : SMALL));
            List<String> all = IntStream.range(0, each.units() * each.recipients())
                    .mapToObj(i -> "u" + i / each.recipients() + "r" + i % each.recipients())
                    .toList();
            Set<String> sentAgain = new HashSet<>();
            // The client has short time limits only in the phase of the fault.
            List<String> said = attempt(each, delivery, message, all, sentAgain);
            int failedOver = second.completed();
            List<String> left = left(each, all, said);
            for (int retry = 0; retry < 3 && !left.isEmpty(); retry++) {
                left = left(each, left, attempt(each, later, message, left, sentAgain));
            }
            Map<String, Integer> times = new TreeMap<>();
            all.forEach(name -> times.put(name, 0));
            Stream.of(hop, second)
                    .flatMap(server -> server.received().stream())
                    .flatMap(received -> received.recipients().stream())
                    .forEach(recipient -> times.merge(recipient.replaceAll("@.*", ""), 1, Integer::sum));
            return said + " second " + failedOver + " again "
                    + sentAgain.stream().sorted().toList() + " has " + times;
        }
    }

    private static NextHopConfig hop(Case each, ScriptedNextHop first, ScriptedNextHop second) {
        List<InetSocketAddress> addresses = List.of(first.address(), second.address());
        return NextHopConfig.smtp(
                "hop", new Target.Addresses(addresses.subList(0, each.addresses())), TlsMode.NONE, Optional.empty());
    }

    /** Makes one attempt, and returns what the delivery tells each recipient. */
    private static List<String> attempt(
            Case each, Delivery delivery, RawMessage message, List<String> names, Set<String> sentAgain)
            throws IOException {
        Envelope envelope = envelope(each, names);
        List<DeliveryUnit> units = new ArrayList<>();
        for (int u = 0; u < each.units(); u++) {
            String prefix = "u" + u;
            List<Integer> positions = IntStream.range(0, names.size())
                    .filter(i -> names.get(i).startsWith(prefix))
                    .boxed()
                    .toList();
            if (!positions.isEmpty()) {
                units.add(unit(envelope, message, positions));
            }
        }
        try (Attempt attempt = delivery.attempt(envelope, message)) {
            Map<Integer, NextHop.Outcome> outcomes = new TreeMap<>(attempt.deliver(units, each.isSmtp()));
            for (int i = 0; i < names.size(); i++) {
                Optional<NextHop.Outcome> settled = attempt.settled(i);
                if (settled.isPresent()) {
                    outcomes.put(i, settled.get());
                }
            }
            attempt.sentAgain().forEach(position -> sentAgain.add(names.get(position)));
            return outcomes.values().stream()
                    .map(outcome -> outcome.reply().code()
                            + outcome.reason()
                                    .filter(_ -> !outcome.isFromNextHop())
                                    .map(reason -> " " + reason)
                                    .orElse("")
                            + (outcome.inDoubt() ? " in doubt" : ""))
                    .toList();
        }
    }

    /**
     * Returns whom the peer tries again: over LMTP the deferred recipients, over SMTP all of them if any was deferred.
     */
    private static List<String> left(Case each, List<String> names, List<String> said) {
        boolean isDeferred = said.stream().anyMatch(reply -> isTemporary(reply) && !reply.endsWith("WITH_OTHERS"));
        if (each.isSmtp()) {
            return isDeferred ? names : List.of();
        }
        return IntStream.range(0, names.size())
                .filter(i -> isTemporary(said.get(i)))
                .mapToObj(names::get)
                .toList();
    }

    private static boolean isTemporary(String reply) {
        return reply.startsWith("4");
    }

    // Returns the expected result. It is written from the contract and not from the code.
    private static String oracle(Case each) {
        int n = each.recipients();
        List<String> first = new ArrayList<>(Collections.nCopies(n, "250"));
        boolean isAnswer = each.fault() == Fault.TEMPORARY || each.fault() == Fault.PERMANENT;
        boolean isBreak = each.fault() == Fault.CLOSING || each.fault() == Fault.RESET || each.fault() == Fault.HANG;
        String own = each.fault() == Fault.TEMPORARY ? "451" : "550";
        boolean inDoubt = each.stage() == Stage.DOT && (each.fault() == Fault.RESET || each.fault() == Fault.HANG);
        switch (each.stage()) {
            case GREETING, EHLO -> {
                if (isAnswer || isBreak) {
                    Collections.fill(first, "451 NEXT_HOP_UNAVAILABLE");
                }
            }
            case XFORWARD -> fillIf(isBreak, first, "451 NEXT_HOP_BROKE_OFF");
            case RCPT -> {
                if (isAnswer) {
                    Collections.fill(first, each.isSmtp() ? "451 NOT_SENT_WITH_OTHERS" : "250");
                    first.set(0, own);
                }
                fillIf(isBreak, first, "451 NEXT_HOP_BROKE_OFF");
            }
            case MAIL, DATA, CONTENT, DOT -> {
                fillIf(isAnswer, first, own);
                fillIf(isBreak, first, "451 NEXT_HOP_BROKE_OFF" + (inDoubt ? " in doubt" : ""));
            }
            case STARTTLS, AUTH, RSET, QUIT -> throw new IllegalArgumentException("not in the table");
        }
        if (each.isFailedOver()) {
            Collections.fill(first, "250");
        }
        boolean hasFailed = first.stream().anyMatch(reply -> !reply.equals("250"));
        List<String> said = new ArrayList<>(first);
        if (each.units() == 2) {
            said.addAll(Collections.nCopies(n, each.isSmtp() && hasFailed ? "451 NOT_SENT_WITH_OTHERS" : "250"));
        }
        boolean isRefused = first.stream().anyMatch(reply -> reply.equals("550"));
        Map<String, Integer> times = new TreeMap<>();
        List<String> again = new ArrayList<>();
        for (int i = 0; i < said.size(); i++) {
            String name = "u" + i / n + "r" + i % n;
            boolean gets = each.isSmtp() ? !isRefused : !said.get(i).equals("550");
            times.put(name, gets ? 1 : 0);
            if (inDoubt && i < n) {
                again.add(name);
            }
        }
        // The second unit does not ask the first address again so soon either.
        return said + " second " + (each.isFailedOver() ? each.units() : 0) + " again " + again + " has " + times;
    }

    private static void fillIf(boolean isSo, List<String> replies, String reply) {
        if (isSo) {
            Collections.fill(replies, reply);
        }
    }

    private static Envelope envelope(Case each, List<String> names) {
        Optional<String> none = Optional.empty();
        Peer.Xforward client = new Peer.Xforward(
                Optional.of("client.example"),
                none,
                none,
                none,
                none,
                none,
                Optional.of(String.valueOf(each.hashCode())));
        return new Envelope(
                QueueId.next(Instant.now()),
                new ReversePath.Mailbox(MailAddress.of("alice@example.com")),
                names.stream()
                        .map(name -> Recipient.of(MailAddress.of(name + "@example.net")))
                        .toList(),
                MailParameters.NONE,
                new Peer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                        new Peer.Greeting("mx", true),
                        new Peer.Listener(each.protocol(), Peer.Role.BOTH),
                        true,
                        Optional.of(client),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                Instant.now(),
                Intake.now());
    }

    static DeliveryUnit unit(Envelope envelope, RawMessage message, List<Integer> positions) {
        List<Recipient> recipients =
                positions.stream().map(envelope.recipients()::get).toList();
        return new DeliveryUnit(
                SendablesForTests.untouched(
                        message, recipients.stream().map(Recipient::address).collect(Collectors.toSet())),
                new OutgoingEnvelope(
                        envelope.reversePath(),
                        recipients,
                        MailParameters.NONE,
                        new byte[0],
                        envelope.peer().xforward()),
                positions);
    }

    /** The limit is short only for the phase of the stage, so that a slow machine changes nothing. */
    private static Timeouts timeouts(Stage stage, Duration quick) {
        // This is less than a message has for all addresses of a hop.
        Duration slow = Duration.ofSeconds(30);
        return switch (stage) {
            case GREETING, EHLO, STARTTLS, AUTH -> new Timeouts(slow, slow, quick, slow, slow, slow);
            case MAIL, RCPT, XFORWARD, RSET, QUIT -> new Timeouts(slow, slow, slow, quick, slow, slow);
            case DATA, CONTENT -> new Timeouts(slow, slow, slow, slow, quick, slow);
            case DOT -> new Timeouts(slow, slow, slow, slow, slow, quick);
        };
    }

    private static final RawMessage SMALL = RawMessage.of("hello\r\n".getBytes(StandardCharsets.US_ASCII));
    // This is more than all socket buffers hold.
    private static final RawMessage BIG = RawMessage.join(Collections.nCopies(
            16,
            RawMessage.of("0123456789abcdef0123456789abcdef0123456789abcdef012345678901\r\n"
                    .repeat(16 << 10)
                    .getBytes(StandardCharsets.US_ASCII))));
}
