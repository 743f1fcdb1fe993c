package org.postseal.gateway.admin.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.Requirements;

/**
 * Tests how OpenSSL's answer gets here: over HTTP, over TLS, or by hand. An answer with a fault is refused with the
 * reason and not kept. If no answer comes, the command can be repeated.
 */
final class TimestampAnswersIT {
    @TempDir
    private static Path shared;

    @AutoClose
    private static OpensslTsa tsa;

    private final StampBench bench;

    TimestampAnswersIT(@TempDir Path folder) throws IOException {
        bench = new StampBench(folder, tsa);
    }

    @BeforeAll
    static void authority() throws Exception {
        Requirements.programs("openssl");
        tsa = new OpensslTsa(shared.resolve("tsa"));
    }

    @Test
    void whateverIsWrongWithAnAnswerIsNamedAndNothingIsKept() throws Exception {
        byte[] other = Command.of("openssl", "ts", "-query", "-data", "/dev/null", "-sha256", "-cert")
                .output();
        refused("is a stamp of other octets", (exchange, _) -> OpensslTsa.answer(exchange, tsa.reply(other, "tsa")));
        refused("nonce", (exchange, _) -> OpensslTsa.answer(exchange, tsa.reply(bench.ofSameOctets(), "tsa")));
        byte[] deep = new byte[200_000];
        for (int i = 0; i < deep.length; i += 2) {
            deep[i] = 0x30;
            deep[i + 1] = (byte) 0x80;
        }
        refused("is no time-stamp answer", (exchange, _) -> OpensslTsa.answer(exchange, deep));
        refused("is no time-stamp answer", (exchange, _) -> OpensslTsa.answer(exchange, "garbage".getBytes(UTF_8)));
        refused(
                "O=Example,CN=expired: had expired on 2021-01-01T00:00:00Z",
                (exchange, query) -> OpensslTsa.answer(exchange, tsa.reply(query, "expired")));
        refused(
                "O=Example,CN=stranger: no path to a trust anchor",
                (exchange, query) -> OpensslTsa.answer(exchange, tsa.reply(query, "stranger")));
        refused(
                "O=Example,CN=plain: extKeyUsage is not timeStamping alone",
                (exchange, query) -> OpensslTsa.answer(exchange, tsa.forged(query, "plain", true)));
        refused(
                "O=Example,CN=both: extKeyUsage is not timeStamping alone",
                (exchange, query) -> OpensslTsa.answer(exchange, tsa.forged(query, "both", true)));
        refused(
                "O=Example,CN=lax: extKeyUsage is not critical",
                (exchange, query) -> OpensslTsa.answer(exchange, tsa.forged(query, "lax", true)));
        refused(
                "signing certificate",
                (exchange, query) -> OpensslTsa.answer(exchange, tsa.forged(query, "tsa", false)));
        refused("signature", (exchange, query) -> {
            byte[] reply = tsa.reply(query, "tsa");
            reply[reply.length - 1] ^= 1;
            OpensslTsa.answer(exchange, reply);
        });
        // The same forgery with the right certificate passes, so the others fail because of what was changed in them
        tsa.handle((exchange, query) -> OpensslTsa.answer(exchange, tsa.forged(query, "tsa", true)));
        assertThat(bench.run("audit", "stamp")).as(bench.err()).isZero();
    }

    private void refused(String why, OpensslTsa.Handler handler) throws IOException {
        tsa.handle(handler);
        assertThat(bench.run("audit", "stamp")).as(why).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err().lines().findFirst().orElseThrow())
                .startsWith("error: the authority's answer for audit.jsonl to record 2 is not kept: ")
                .containsIgnoringCase(why);
        assertThat(bench.stamps()).doesNotExist();
    }

    @Test
    void aSignatureOverSha1IsNotBelieved() throws Exception {
        tsa.handle((exchange, query) -> OpensslTsa.answer(exchange, tsa.weak(query)));
        assertThat(bench.run("audit", "stamp", "--record", "1")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err())
                .startsWith("error: the authority's answer for audit.jsonl to record 2 is not kept: "
                        + "is signed with an algorithm that is too weak or unknown\n");
        assertThat(bench.stamps()).doesNotExist();
    }

    @Test
    void anAuthorityThatDoesNotAnswerIsTriedAgainLater() throws Exception {
        bench.configure("url: \"" + tsa.url() + "\", policy: 1.2.3.9");
        unanswered("it has refused: status 2, failure unacceptedPolicy", tsa::stamp);
        bench.configure("url: \"" + tsa.url() + "\", policy: 1.2.3.4.2, timeLimit: 200ms");
        CountDownLatch over = new CountDownLatch(1);
        unanswered("no answer within 200 ms", (_, _) -> awaitQuietly(over));
        unanswered("no answer within 200 ms", (exchange, _) -> {
            // The header section and one octet come in time
            exchange.getResponseHeaders().set("Content-Type", "application/timestamp-reply");
            exchange.sendResponseHeaders(200, 10);
            exchange.getResponseBody().write(0x30);
            exchange.getResponseBody().flush();
            awaitQuietly(over);
        });
        over.countDown();
        bench.configure("url: \"" + tsa.url() + "\"");
        unanswered("status 500", (exchange, _) -> exchange.sendResponseHeaders(500, -1));
        unanswered("status 302", (exchange, _) -> {
            exchange.getResponseHeaders().set("Location", tsa.url());
            exchange.sendResponseHeaders(302, -1);
        });
        unanswered("an answer that is no time stamp, but text/html", (exchange, _) -> html(exchange));
        unanswered("", (exchange, _) -> OpensslTsa.answer(exchange, new byte[300 << 10]));
        bench.configure("url: \"http://127.0.0.1:" + Await.freePorts(1).getFirst() + "\"");
        unanswered("", tsa::stamp);
        bench.configure("policy: 1.2.3.9");
        assertThat(bench.run("audit", "stamp")).isEqualTo(ExitCode.CONFIG);
        assertThat(bench.err()).startsWith("error: audit.timestamp.url is missing");
    }

    @Test
    void overTlsTheServerIsLookedAt() throws Exception {
        bench.configure("url: \"" + tsa.securedUrl() + "\"");
        unanswered("", tsa::stamp);
        assertThat(tsa.asked).isEmpty();
        // A file that is named and cannot be read must not count as no file
        for (String unreadable : List.of(bench.folder.resolve("none.pem").toString(), "credential:postseal.none")) {
            bench.configure("url: \"" + tsa.securedUrl() + "\", tlsTrust: \"" + unreadable + "\"");
            assertThat(bench.run("audit", "stamp")).as(unreadable).isEqualTo(ExitCode.INPUT_OUTPUT);
            assertThat(bench.err()).contains("none", ": no such file\nhint: ");
            assertThat(bench.run("audit", "verify"))
                    .as("whoever only reads needs none")
                    .isZero();
        }
        bench.configure("url: \"" + tsa.securedUrl() + "\", tlsTrust: \"" + tsa.file("stranger-root.pem") + "\"");
        assertThat(bench.run("audit", "stamp")).as(bench.err()).isZero();
        assertThat(tsa.asked).hasSize(2);
    }

    private static void html(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/html");
        exchange.sendResponseHeaders(200, -1);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void unanswered(String why, OpensslTsa.Handler handler) {
        tsa.handle(handler);
        assertThat(bench.run("audit", "stamp")).as(why).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(bench.err().lines().findFirst().orElseThrow())
                .startsWith("error: no stamp of audit.jsonl to record 2 from the authority: " + why);
        assertThat(bench.stamps()).doesNotExist();
    }

    @Test
    void aQueryIsTakenToTheAuthorityByHand() throws Exception {
        bench.configure("policy: 1.2.3.4.2");
        assertThat(bench.run("audit", "stamp", "--query")).isZero();
        assertThat(bench.output())
                .containsExactly(
                        "query       audit.jsonl to record 2",
                        "            " + bench.stamps().resolve("audit-000000000002.tsq"),
                        "query       admin.jsonl to record 2",
                        "            " + bench.stamps().resolve("admin-000000000002.tsq"));
        Path query = bench.stamps().resolve("audit-000000000002.tsq");
        assertThat(new String(
                        Command.of("openssl", "ts", "-query", "-in", query, "-text")
                                .output(),
                        UTF_8))
                .contains("Hash Algorithm: sha256", "Policy OID: 1.2.3.4.2", "Certificate required: yes");

        Path reply = bench.folder.resolve("audit-000000000002.tsr");
        Files.write(reply, tsa.reply(bench.ofSameOctets(), "tsa"));
        assertThat(bench.run("audit", "stamp", "--reply", reply.toString())).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err()).contains("nonce");
        assertThat(bench.stamps().resolve("audit-000000000002.tsr")).doesNotExist();

        Files.write(reply, tsa.reply(Files.readAllBytes(query), "tsa"));
        assertThat(bench.run("audit", "stamp", "--reply", reply.toString())).isZero();
        assertThat(StampBench.names(bench.stamps()))
                .containsExactly(
                        "admin-000000000002.json",
                        "admin-000000000002.tsq",
                        "audit-000000000002.json",
                        "audit-000000000002.tsr");
        assertThat(bench.run("audit", "verify")).isZero();
        assertThat(bench.output())
                .filteredOn(line -> line.startsWith("stamped     to record 2"))
                .hasSize(1);

        // A query that OpenSSL made is as good, and its answer may take the place of the other
        Path own = bench.stamps().resolve("admin-000000000002.tsq");
        byte[] _ = Command.of(
                        "openssl",
                        "ts",
                        "-query",
                        "-data",
                        bench.stamps().resolve("admin-000000000002.json"),
                        "-sha512",
                        "-cert",
                        "-out",
                        own)
                .output();
        Path put = Files.write(
                bench.stamps().resolve("admin-000000000002.tsr"), tsa.reply(Files.readAllBytes(own), "curve"));
        assertThat(bench.run("audit", "stamp", "--reply", put.toString())).isZero();
        assertThat(own).doesNotExist();
        assertThat(bench.run("audit", "verify", "--checkpoint", put.toString())).isZero();
        assertThat(bench.output())
                .filteredOn(line -> line.startsWith("stamped     to record 2"))
                .hasSize(1);

        assertThat(bench.run(
                        "audit",
                        "stamp",
                        "--reply",
                        bench.folder.resolve("none.tsr").toString()))
                .isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(bench.run("audit", "stamp", "--reply", reply.toString())).isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(bench.err()).contains("audit-000000000002.tsr is there already");
        assertThat(tsa.asked).isEmpty();
    }
}
