package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.TemporaryHome;

/**
 * Many messages of 50 MB pass at the same time through a gateway with 256 MB of heap: signed, encrypted, opened. There
 * are six here, and a hundred with {@code -Dpostseal.large.messages=100}. The sender tries again after 4xx, as an MTA
 * does.
 */
class LargeMailIT {
    private static final int MESSAGES = Integer.getInteger("postseal.large.messages", 6);
    private static final int OCTETS = 50 << 20;
    private static final int TRIES = 60;

    private static final Users USERS = new Users();
    private static final Path FILES = TemporaryHome.create("large");
    private static final int SINK_PORT = Await.freePorts(1).getFirst();
    private static final GatewayProcess GATEWAY = USERS.gateway()
            .javaOptions(List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"))
            .configuration("limits: { messageOctets: 104857600 }\n");

    private enum Kind {
        SIGN("sign.rsa@example.com", Users.BOB_RSA),
        ENCRYPT("gcm.rsa@example.com", Users.BOB_RSA),
        OPEN(Users.BOB_RSA, Users.ALICE_RSA);

        private final String sender;
        private final String recipient;

        Kind(String sender, String recipient) {
            this.sender = sender;
            this.recipient = recipient;
        }

        int port() {
            return this == OPEN ? GATEWAY.inboundSmtp() : GATEWAY.submissionSmtp();
        }

        Path file() {
            return FILES.resolve(name());
        }
    }

    @BeforeAll
    static void start() throws IOException {
        String entity = entity();
        Files.writeString(FILES.resolve("entity"), entity, ISO_8859_1);
        byte[] cms = Command.of(
                        "openssl",
                        "cms",
                        "-encrypt",
                        "-binary",
                        "-outform",
                        "DER",
                        "-aes-256-gcm",
                        "-in",
                        FILES.resolve("entity"),
                        USERS.pki().identity(Users.ALICE_RSA).certificate())
                .output();
        for (Kind kind : Kind.values()) {
            String body = kind == Kind.OPEN ? SmimeMail.pkcs7Mime("authEnveloped-data", cms) : entity;
            SmimeMail message = SmimeMail.message("large-" + kind, kind.sender, kind.recipient, body);
            assertThat(message.text()).endsWith("\r\n");
            Files.write(kind.file(), message.octets());
        }
        GATEWAY.start(Users.POLICY, SINK_PORT);
    }

    @AfterAll
    static void stop() {
        GATEWAY.close();
        USERS.close();
        TemporaryHome.delete(FILES);
    }

    @Test
    void everyMessageArrivesThoughTogetherTheyAreManyTimesTheHeap() throws Exception {
        try (FileSink sink = new FileSink(SINK_PORT, FILES);
                ExecutorService senders = Executors.newFixedThreadPool(MESSAGES)) {
            List<Callable<String>> work = new ArrayList<>();
            for (int i = 0; i < MESSAGES; i++) {
                Kind kind = Kind.values()[i % Kind.values().length];
                int number = i;
                work.add(() -> sendUntilAccepted(kind, number));
            }
            for (Future<String> reply : senders.invokeAll(work)) {
                assertThat(reply.get()).as(GATEWAY.log()).startsWith("250");
            }
            assertThat(GATEWAY.log()).doesNotContain("OutOfMemoryError");
            assertThat(sink.received()).as("each once").hasSize(MESSAGES);
            for (Path file : sink.received()) {
                check(file);
                Files.delete(file);
            }
        }
    }

    // OpenSSL is the peer, and must give back what was sent.
    private static void check(Path file) throws IOException {
        String kind;
        try (BufferedReader in = Files.newBufferedReader(file, ISO_8859_1)) {
            kind = in.lines()
                    .filter(line -> line.startsWith("Content-Type: "))
                    .findFirst()
                    .orElseThrow();
        }
        Path content = FILES.resolve("content");
        if (kind.contains("multipart/signed")) {
            openssl("-verify", file, content, "-CAfile", USERS.pki().root());
        } else if (kind.contains("pkcs7-mime")) {
            Identity bob = USERS.pki().identity(Users.BOB_RSA);
            openssl("-decrypt", file, content, "-binary", "-recip", bob.certificate(), "-inkey", bob.key());
        } else {
            // The opened entity is the only part.
            String all = Files.readString(file, ISO_8859_1);
            int part = all.indexOf("\r\n", all.indexOf("\r\n--=_") + 2) + 2;
            Files.writeString(content, all.substring(part, all.lastIndexOf("\r\n--=_")), ISO_8859_1);
        }
        // The header section of the entity may have more fields: protected copies of the outer ones.
        assertThat(body(content).equals(body(FILES.resolve("entity")))).as(kind).isTrue();
    }

    private static String body(Path file) throws IOException {
        String all = Files.readString(file, ISO_8859_1);
        return all.substring(all.indexOf("\r\n\r\n"));
    }

    private static void openssl(String operation, Path in, Path out, Object... more) {
        List<Object> words =
                new ArrayList<>(List.of("openssl", "cms", operation, "-inform", "SMIME", "-in", in, "-out", out));
        words.addAll(List.of(more));
        Command.Result result = Command.of(words).limit(600).run();
        assertThat(result.isSuccess()).as("%s", result).isTrue();
    }

    private static String sendUntilAccepted(Kind kind, int number) throws IOException, InterruptedException {
        String reply = "";
        for (int attempt = 0; attempt < TRIES; attempt++) {
            reply = send(kind, number);
            if (!reply.startsWith("4")) {
                return reply;
            }
            Thread.sleep(1000);
        }
        return reply;
    }

    private static String send(Kind kind, int number) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), kind.port())) {
            socket.setSoTimeout(600_000);
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            OutputStream out = socket.getOutputStream();
            String reply = reply(in);
            for (String command : List.of(
                    "EHLO sender.example.net",
                    "MAIL FROM:<" + kind.sender + ">",
                    "RCPT TO:<" + kind.recipient + ">",
                    "DATA")) {
                out.write((command + "\r\n").getBytes(ISO_8859_1));
                reply = reply(in);
                if (!reply.startsWith("2") && !reply.startsWith("3")) {
                    return reply;
                }
            }
            // A message that is sent again is the same, and each other one differs.
            out.write(("X-Number: " + number + "\r\n").getBytes(ISO_8859_1));
            // No line of the file begins with a dot, and the last line has an end.
            Files.copy(kind.file(), out);
            out.write(".\r\n".getBytes(ISO_8859_1));
            out.flush();
            return reply(in);
        } catch (java.net.SocketException broken) {
            // An MTA would treat this like 4xx, and try again.
            return "421 " + broken.getMessage();
        }
    }

    private static String reply(BufferedReader in) throws IOException {
        String line = in.readLine();
        while (line != null && line.length() > 3 && line.charAt(3) == '-') {
            line = in.readLine();
        }
        return line == null ? "421 closed" : line;
    }

    private static String entity() {
        byte[] attachment = new byte[OCTETS / 78 * 57];
        new Random(1).nextBytes(attachment);
        return "Content-Type: multipart/mixed; boundary=\"=-large\"\r\n\r\n--=-large\r\n"
                + SmimeMail.entity("See the attachment.\r\n")
                + "\r\n--=-large\r\nContent-Type: application/octet-stream; name=a.bin\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n"
                + Base64.getMimeEncoder().encodeToString(attachment)
                + "\r\n--=-large--\r\n";
    }
}
