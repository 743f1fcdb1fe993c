package org.postseal.gateway.smtp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postseal.gateway.config.GatewayConfig.BareLineEnds;
import org.postseal.gateway.config.GatewayConfig.Limits;
import org.postseal.gateway.config.GatewayConfig.Listener;
import org.postseal.gateway.config.GatewayConfig.MessageLimits;
import org.postseal.gateway.config.GatewayConfig.SplitRecipients;
import org.postseal.gateway.config.SessionLimits;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.OctetGate;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.server.SessionModel.Content;
import org.postseal.gateway.smtp.server.SessionModel.Meaning;

/**
 * Sends random command sequences to the real server, and gives the same commands to {@link SessionModel}. Both must
 * answer and pass on the same. A sequence is made from its number alone.
 */
public final class RandomDialogues {
    private static final int THREADS = 8;

    /** The spellings of each meaning. */
    private static final Map<Meaning, List<String>> SPELLINGS = Map.ofEntries(
            Map.entry(Meaning.EHLO, List.of("EHLO client.example", "ehlo [127.0.0.1]", "Ehlo x  ")),
            Map.entry(Meaning.HELO, List.of("HELO client.example", "helo x")),
            Map.entry(Meaning.LHLO, List.of("LHLO client.example", "lhlo x")),
            Map.entry(
                    Meaning.MAIL, List.of("MAIL FROM:<alice@example.com>", "mail from:<>", "Mail From:<a@b.example> ")),
            Map.entry(
                    Meaning.MAIL_WITH_SIZE, List.of("MAIL FROM:<a@b.example> SIZE=100", "MAIL FROM:<> BODY=8BITMIME")),
            Map.entry(Meaning.MAIL_TOO_BIG, List.of("MAIL FROM:<a@b.example> SIZE=1000000", "MAIL FROM:<> SIZE=1025")),
            Map.entry(Meaning.MAIL_MALFORMED, List.of("MAIL FROM:<a@b.example", "MAIL FROM:<no address>")),
            Map.entry(Meaning.MAIL_UNKNOWN_PARAMETER, List.of("MAIL FROM:<a@b.example> HOLDFOR=5")),
            Map.entry(Meaning.RCPT, List.of("RCPT TO:<ok@partner.example>", "rcpt to:<ok@x.example>")),
            Map.entry(Meaning.RCPT_LATER, List.of("RCPT TO:<later@partner.example>")),
            Map.entry(Meaning.RCPT_NEVER, List.of("RCPT TO:<never@partner.example>")),
            Map.entry(Meaning.RCPT_WITH_NOTIFY, List.of("RCPT TO:<ok@partner.example> NOTIFY=NEVER")),
            Map.entry(Meaning.RCPT_MALFORMED, List.of("RCPT TO:<no address>", "RCPT TO:<>", "RCPT TO:<a@>")),
            Map.entry(Meaning.DATA, List.of("DATA", "data  ")),
            Map.entry(Meaning.RSET, List.of("RSET", "rset ")),
            Map.entry(Meaning.NOOP, List.of("NOOP", "NOOP of some sort")),
            Map.entry(Meaning.VRFY, List.of("VRFY alice")),
            Map.entry(Meaning.HELP, List.of("HELP", "help mail")),
            Map.entry(Meaning.QUIT, List.of("QUIT", "quit")),
            Map.entry(Meaning.XFORWARD, List.of("XFORWARD IDENT=abc", "xforward NAME=mx.example ADDR=192.0.2.1")),
            Map.entry(Meaning.XFORWARD_MALFORMED, List.of("XFORWARD", "XFORWARD COLOUR=red", "XFORWARD ADDR=nowhere")),
            Map.entry(Meaning.STARTTLS_NOT_OFFERED, List.of("STARTTLS", "starttls")),
            Map.entry(Meaning.UNKNOWN, List.of("TURN", "EHLOX y", "", " MAIL FROM:<>")),
            Map.entry(Meaning.WRONG_ARGUMENT, List.of("DATA now", "RSET all", "QUIT it", "VRFY")),
            Map.entry(Meaning.TOO_LONG, List.of("NOOP " + "x".repeat(3000))),
            Map.entry(Meaning.UNREADABLE, List.of("NOOP \u0007", "NOOP \u00ff", "MAIL\u00a0FROM:<>")),
            Map.entry(Meaning.BARE_LINE_END, List.of("NOOP\nRSET", "NOOP\rQUIT", "NO\u0000OP")),
            Map.entry(Meaning.BDAT, List.of("BDAT 6 LAST\r\nQUIT\r\n")),
            Map.entry(Meaning.GREETING_WITHOUT_NAME, List.of("XHLO", "XHLO a b", "XHLO a;b")));

    /** The commands of most sequences, so that many come to the end of a message. */
    private static final List<Meaning> USUAL = List.of(
            Meaning.MAIL,
            Meaning.MAIL,
            Meaning.RCPT,
            Meaning.RCPT,
            Meaning.RCPT_LATER,
            Meaning.RCPT_NEVER,
            Meaning.DATA,
            Meaning.DATA);

    private static final List<String> GOOD =
            List.of("Subject: x\r\n\r\nHello\r\n", "", "..\r\n...\r\n", "a\r\n.. b\r\n");

    private static final List<Meaning> ALL = List.of(Meaning.values());
    private static final List<Content> BAD = List.of(Content.BARE_LINE_FEED, Content.TOO_BIG);

    private final boolean isLmtp;
    private final boolean isTrusted;
    private final Map<InetSocketAddress, List<String>> received = new ConcurrentHashMap<>();

    private RandomDialogues(boolean isLmtp, boolean isTrusted) {
        this.isLmtp = isLmtp;
        this.isTrusted = isTrusted;
    }

    /**
     * Runs these dialogues, in four settings in turn (SMTP or LMTP, trusted or not).
     *
     * @return what was not as the model says
     */
    public static List<String> deviations(int from, int count) throws Exception {
        List<String> deviations = new ArrayList<>();
        for (int kind = 0; kind < 4; kind++) {
            int share = count / 4 + (kind < count % 4 ? 1 : 0);
            deviations.addAll(new RandomDialogues(kind % 2 == 1, kind / 2 == 1).hold(from + count / 4 * kind, share));
        }
        return deviations;
    }

    private List<String> hold(int from, int count) throws Exception {
        SubEthaMailServer server = new SubEthaMailServer(settings(), this::receive);
        server.start();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Callable<List<String>>> work = new ArrayList<>();
            for (int share = 0; share < THREADS; share++) {
                int first = from + share;
                work.add(() -> {
                    List<String> deviations = new ArrayList<>();
                    for (int number = first; number < from + count; number += THREADS) {
                        hold(number, server.address()).ifPresent(deviations::add);
                    }
                    return deviations;
                });
            }
            List<String> deviations = new ArrayList<>();
            for (Future<List<String>> each : threads.invokeAll(work)) {
                deviations.addAll(each.get());
            }
            return deviations;
        } finally {
            server.drain(Duration.ofSeconds(5));
        }
    }

    private ServerSettings settings() {
        SessionLimits patience = SessionLimits.DEFAULT;
        SessionLimits session = new SessionLimits(
                patience.proxyTimeout(),
                patience.commandTimeout(),
                patience.envelopeTimeout(),
                patience.dataTimeout(),
                patience.dataOctetsPerSecond(),
                patience.handshakeTimeout(),
                patience.writeTimeout(),
                SessionModel.ERRORS,
                SessionModel.IDLE_COMMANDS,
                patience.failedLogins(),
                patience.commandOctets());
        Limits limits = new Limits(
                new MessageLimits(SessionModel.MESSAGE_OCTETS, 0, BareLineEnds.REJECT),
                SessionModel.RECIPIENTS,
                1000,
                1L << 30,
                4096,
                Limits.DEFAULT.drain(),
                Limits.DEFAULT.preparation(),
                session);
        return new ServerSettings(
                "gw.example.com",
                new Listener(
                        isLmtp ? Peer.Protocol.LMTP : Peer.Protocol.SMTP,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Peer.Role.BOTH,
                        Optional.empty(),
                        SplitRecipients.JOURNAL),
                new PeerRights(_ -> isTrusted, _ -> false, _ -> false),
                limits,
                Optional.empty(),
                new Spool.Factory(Path.of(System.getProperty("java.io.tmpdir")), 4096, new OctetGate(1L << 30)),
                Clock.systemUTC());
    }

    /** The name of the recipient decides the reply. */
    private List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope) {
        List<String> names = envelope.recipients().stream()
                .map(Recipient::address)
                .map(address -> address.toString().replaceAll("@.*", ""))
                .toList();
        received.computeIfAbsent(envelope.peer().address(), _ -> new ArrayList<>())
                .add(String.join(" ", names));
        return names.stream()
                .map(name -> switch (name) {
                    case "later" -> Reply.of(451, "4.3.0", "later");
                    case "never" -> Reply.of(550, "5.7.1", "never");
                    default -> Reply.of(250, "2.0.0", "kept");
                })
                .toList();
    }

    private Optional<String> hold(int number, InetSocketAddress server) throws IOException {
        Random random = new Random(number);
        SessionModel model = new SessionModel(isLmtp, isTrusted);
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        int length = 1 + random.nextInt(25);
        for (int i = 0; i < length && !model.isOver(); i++) {
            step(random, model, input, i == 0);
        }
        List<String> replies;
        List<String> messages;
        try (Socket socket = new Socket()) {
            // Each has its own address of 127/8. Ports would run out, and would be given to another connection before
            // this one is closed.
            byte[] own = {127, (byte) (number / 62_500), (byte) (number / 250 % 250), (byte) (number % 250 + 1)};
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(own), 0));
            socket.connect(server);
            socket.setSoTimeout(30_000);
            socket.setTcpNoDelay(true);
            InetSocketAddress local = (InetSocketAddress) socket.getLocalSocketAddress();
            received.remove(local);
            OutputStream out = socket.getOutputStream();
            write(random, input.toByteArray(), out);
            socket.shutdownOutput();
            replies = replies(socket);
            messages = received.getOrDefault(local, List.of());
        }
        return replies.equals(model.replies()) && messages.equals(model.messages())
                ? Optional.empty()
                : Optional.of((isLmtp ? "LMTP " : "SMTP ") + (isTrusted ? "trusted " : "") + number + ": expected "
                        + model.replies() + model.messages() + ", was " + replies + messages + " to "
                        + Escapes.escape(input.toByteArray()));
    }

    private void step(Random random, SessionModel model, ByteArrayOutputStream input, boolean isFirst) {
        Meaning meaning = meaning(random, isFirst);
        List<String> spellings = SPELLINGS.getOrDefault(meaning, List.of());
        String line = spellings.get(random.nextInt(spellings.size())).replace("XHLO", isLmtp ? "LHLO" : "EHLO");
        input.writeBytes((line + "\r\n").getBytes(ISO_8859_1));
        if (model.command(meaning)) {
            Content content = random.nextInt(4) > 0 ? Content.GOOD : BAD.get(random.nextInt(BAD.size()));
            String data = switch (content) {
                case GOOD -> GOOD.get(random.nextInt(GOOD.size()));
                case BARE_LINE_FEED -> "a\n.\nQUIT\r\n";
                case TOO_BIG -> "0123456789\r\n".repeat(100);
            };
            input.writeBytes((data + ".\r\n").getBytes(ISO_8859_1));
            model.content(content);
        }
    }

    private Meaning meaning(Random random, boolean isFirst) {
        if (isFirst && random.nextInt(10) > 0) {
            return isLmtp ? Meaning.LHLO : random.nextBoolean() ? Meaning.EHLO : Meaning.HELO;
        }
        return random.nextInt(4) > 0 ? USUAL.get(random.nextInt(USUAL.size())) : ALL.get(random.nextInt(ALL.size()));
    }

    /** Writes the octets in one piece, or in two that are cut anywhere. */
    private static void write(Random random, byte[] input, OutputStream out) throws IOException {
        int cut = random.nextBoolean() ? 0 : random.nextInt(input.length);
        try {
            out.write(input, 0, cut);
            out.flush();
            out.write(input, cut, input.length - cut);
            out.flush();
        } catch (IOException closed) {
            // The server may close before it has read everything. Its replies count.
        }
    }

    /** Returns the code and status of each reply, until the server closes. */
    private static List<String> replies(Socket socket) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
        List<String> replies = new ArrayList<>();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.length() > 3 && line.charAt(3) == '-') {
                continue;
            }
            String[] words = line.split(" ", 3);
            replies.add(
                    words.length > 1 && words[1].matches("\\d\\.\\d\\.\\d+") ? words[0] + " " + words[1] : words[0]);
        }
        return List.copyOf(replies);
    }
}
