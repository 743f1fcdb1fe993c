package org.postseal.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.MasterKey;
import org.postseal.certstore.provider.CryptoProviders;
import org.postseal.gateway.console.http.Page;

/** Tests the pages of certificates, without a browser. */
@Tag("thorough")
final class CertificatesPageTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:34:56Z");
    private static final String LDAP = "directory: { database: directory.db,"
            + " ldap: { corp: { urls: \"ldap://127.0.0.1:9\", base: \"dc=example,dc=com\" } } }\n";

    @TempDir
    private Path folder;

    private SampleDirectory.Made made;

    @BeforeEach
    void write() throws IOException {
        CryptoProviders.install();
        made = SampleDirectory.write(folder, NOW);
    }

    @Test
    void theNewestUsableOneIsChosenAndEachOtherOneSaysWhyNot() throws IOException {
        String html = console(SampleDirectory.CONFIGURATION).html("/certificates?address=bob%40partner.example");
        assertThat(html)
                .contains("Chosen: " + brief(made.newer().id().hex()) + " from own, over "
                        + brief(made.older().id().hex()) + " from own, since it is the newest.")
                .doesNotContain("That holds if");
        assertThat(verdict(html, made.newer().id().hex())).startsWith("chosen");
        assertThat(verdict(html, made.older().id().hex())).startsWith("usable").contains("another one goes before it");
        assertThat(verdict(html, made.expired().id().hex()))
                .startsWith("refused")
                .contains("expired");
        assertThat(console(SampleDirectory.CONFIGURATION).html("/certificates?address=ann%40bank.example"))
                .contains("None may be used: blocked")
                .contains("by admin: lost laptop");
    }

    @Test
    void whoWasNotAskedIsSaidAndWhatThatMeans() throws IOException {
        SampleConsole console = console(LDAP);
        assertThat(console.html("/certificates?address=bob%40partner.example"))
                .as("the database comes before the server")
                .doesNotContain("That holds if")
                .contains("ldap:corp: no server is asked from here");
        assertThat(console.html("/certificates?address=new%40partner.example"))
                .contains("None may be used: no certificate")
                .contains("That holds if ldap:corp has no certificate that may be used");
    }

    @Test
    void aDatabaseThatCannotBeReadIsNamed() throws IOException {
        SampleConsole console = console(SampleDirectory.CONFIGURATION);
        Files.writeString(
                folder.resolve("directory.db"), "no database at all, but long enough to be looked at".repeat(40));
        for (String page : List.of("/certificates", "/certificates?address=bob%40partner.example", "/")) {
            Page answer = console.ask(page);
            assertThat(answer.status()).as(page).isEqualTo(200);
            assertThat(new String(answer.body(), UTF_8)).as(page).contains("directory.db is not a database");
        }
        Files.delete(folder.resolve("directory.db"));
        assertThat(console.html("/certificates")).contains("directory.db is not there, or may not be looked for");
        assertThat(folder.resolve("directory.db")).doesNotExist();
    }

    @Test
    void nothingIsWritten() throws IOException {
        byte[] before = Files.readAllBytes(folder.resolve("directory.db"));
        SampleConsole console = console(SampleDirectory.CONFIGURATION);
        for (String page : List.of("/certificates", "/certificates?address=bob%40partner.example", "/")) {
            assertThat(console.ask(page).status()).isEqualTo(200);
        }
        assertThat(Files.readAllBytes(folder.resolve("directory.db"))).isEqualTo(before);
    }

    @Test
    void aKeyInTheStoreStaysClosed() throws IOException {
        Files.writeString(folder.resolve("store/keys.p12"), "not even looked at");
        Files.writeString(
                folder.resolve("store/key.pem"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        assertThat(console(SampleDirectory.CONFIGURATION).html("/certificates"))
                .contains("keys.p12: holds keys and is not opened")
                .doesNotContain("key.pem");
    }

    @Test
    void pageByPageEachIsShownOnceSoonestExpiryFirst() throws IOException {
        SampleDirectory.more(folder, NOW, 90, "Many");
        SampleConsole console = console(SampleDirectory.CONFIGURATION);
        List<String> shown = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        Optional<String> next = Optional.of("/certificates?source=imported");
        while (next.isPresent()) {
            String html = console.html(next.get());
            List<String> page =
                    Html.found(html, "data-label=\"SHA-256\"><a href=\"certificate\\?sha256=([0-9a-f]{64})");
            shown.addAll(page);
            sizes.add(page.size());
            next = Html.found(html, "href=\"(certificates\\?[^\"]*after=[^\"]*)\"").stream()
                    .findFirst()
                    .map(link -> "/" + link.replace("&amp;", "&"));
        }
        assertThat(sizes).containsExactly(50, 44);
        assertThat(shown)
                .doesNotHaveDuplicates()
                .hasSize(94)
                .startsWith(made.expired().id().hex());
        assertThat(Html.found(
                        console.html("/certificates?expires=30"),
                        "data-label=\"SHA-256\"><a href=\"certificate\\?sha256=([0-9a-f]{64})"))
                .as("ann's, and three of our own")
                .hasSize(4)
                .contains(made.blocked().id().hex());
    }

    @Test
    void oneCertificateSaysWhatItIsAndWhoDecidedWhat() throws IOException {
        SampleConsole console = console(SampleDirectory.CONFIGURATION);
        assertThat(console.html("/certificate?sha256=" + made.blocked().id().hex()))
                .contains("<span class=\"outcome blocked\">blocked</span>")
                .contains("<dd>CN=ann@bank.example</dd>")
                .contains("<dt>imported</dt>\n<dd>on 2026-11-26 12:34:56 UTC by admin: from the fair")
                .contains("by admin: lost laptop")
                .contains("href=\"certificates?address=ann%40bank.example\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /certificates?address=nobody                       | 400 | Address: write a mail address
            /certificates?page=-1                              | 400 | Page: write a number from 1
            /certificates?expires=soon                         | 400 | Expires: choose one of the list
            /certificates?after=xyz                            | 400 | After: is the SHA-256
            /certificates?after=%1$s                           | 400 | After: there is no certificate with this SHA-256
            /certificate                                       | 400 | SHA-256: write 64 hexadecimal digits
            /certificate?sha256=..                             | 400 | SHA-256: write 64 hexadecimal digits
            /certificate?sha256=%1$s                           | 404 | Neither the database nor the files of the store
            """)
    void whatIsAskedWronglyIsAnsweredInWords(String target, int status, String says) throws IOException {
        Page page = console(SampleDirectory.CONFIGURATION).ask(target.formatted("ab".repeat(32)));
        assertThat(page.status()).isEqualTo(status);
        assertThat(new String(page.body(), UTF_8)).contains(says).contains("<nav aria-label=\"Pages\">");
    }

    @Test
    void theOverviewSaysWhatExpiresWhen() throws IOException {
        assertThat(console(SampleDirectory.CONFIGURATION).html("/"))
                .contains("<b class=\"state \">1</b> expired")
                .contains("<b class=\"state broken\">1</b> next 7 days")
                .contains("<b class=\"state pending\">4</b> next 30 days")
                .contains("2026-11-26: 1 own")
                .contains("2026-12-10: 1 partners");
    }

    /** This is as in the service, which has neither the database nor the store. */
    @Test
    void whatTheGatewayWroteDownIsAllThatIsNeeded() throws IOException {
        List<MailCertificate> carol =
                SampleDirectory.copy(folder, SampleConsole.config(folder, SampleDirectory.COPIED), NOW);
        SampleConsole console = console(SampleDirectory.COPIED);
        Files.delete(folder.resolve("directory.db"));
        Files.move(folder.resolve("store"), folder.resolve("shut"));
        assertThat(console.html("/"))
                .contains("<b class=\"state broken\">1</b> next 7 days")
                .contains("2026-12-10: 1 partners")
                .contains("Certificates as the gateway wrote them down 2026-11-26 12:34:56 UTC, just now.")
                .doesNotContain("Not counted");
        assertThat(console.html("/certificates"))
                .contains("In the database, page 1")
                .contains("In files of the store")
                .contains("<td data-label=\"Subject\">")
                .doesNotContain("What this page does not see");
        String html = console.html("/certificates?address=carol%40example.com");
        assertThat(html)
                .contains("<h2>To sign for carol@example.com</h2>")
                .contains("Chosen: " + brief(carol.getLast().id().hex()) + " from files, over "
                        + brief(carol.getFirst().id().hex()) + " from files, since it is the newest.")
                .contains("has no key for this address");
        assertThat(console.html("/certificates?address=bob%40partner.example"))
                .contains("Chosen: " + brief(made.newer().id().hex()) + " from own")
                .contains("There is no key for this address: nothing is signed for it.");
        assertThat(console.html("/certificate?sha256=" + carol.getLast().id().hex()))
                .contains("<dd>there is a private key to it, in files</dd>");
        assertThat(console.html("/certificate?sha256=" + made.blocked().id().hex()))
                .contains("by admin: lost laptop")
                .doesNotContain("private key");
    }

    @ParameterizedTest
    @ValueSource(strings = {SampleDirectory.CONFIGURATION, SampleDirectory.COPIED})
    void ordersSayWhatHappensNext(String configuration) throws Exception {
        assertThat(console(SampleDirectory.CONFIGURATION).html("/certificates")).doesNotContain("Orders");
        SampleDirectory.order(folder, MasterKey.create(folder.resolve("master.key")));
        List<MailCertificate> _ = SampleDirectory.copy(
                folder,
                SampleConsole.config(folder, SampleDirectory.COPIED.replace(" }", ", masterKey: master.key }")),
                NOW);
        SampleConsole console = console(configuration);
        String html = console.html("/certificates");
        assertThat(html)
                .contains("asked again from 2026-06-01 00:00:00 UTC")
                .contains("postseal enrol retry dora@example.com")
                .contains("&lt;b&gt;no&lt;/b&gt; such person");
        assertThat(html.indexOf("dora@example.com"))
                .as("the refused one comes first")
                .isLessThan(html.indexOf("carol@example.com"));
        assertThat(console.html("/certificates?address=carol%40example.com"))
                .contains("Orders")
                .doesNotContain("dora@example.com");
        assertThat(console.html("/certificates?address=bob%40partner.example")).doesNotContain("Orders");
    }

    @Test
    void whatIsOldSaysSo() throws IOException {
        List<MailCertificate> _ =
                SampleDirectory.copy(folder, SampleConsole.config(folder, SampleDirectory.COPIED), NOW);
        for (String page : List.of(
                "/", "/certificates", "/certificate?sha256=" + made.newer().id().hex())) {
            assertThat(SampleConsole.of(
                                    folder, List.of(), 256L << 20, NOW.plusSeconds(3 * 3600), SampleDirectory.COPIED)
                            .html(page))
                    .contains("<div class=\"standing pending\"><p>Certificates as the gateway"
                            + " wrote them down 2026-11-26 12:34:56 UTC, 3 hours ago."
                            + " It does so at least every hour while it runs: see whether it does.</p></div>");
        }
    }

    @Test
    void withoutACopyItSaysThatItKnowsNoKey() throws IOException {
        assertThat(console(SampleDirectory.CONFIGURATION).html("/certificates?address=user1%40example.com"))
                .contains("(directory.publicCopy)")
                .contains("postseal cert explain user1@example.com --for sign")
                .doesNotContain("wrote them down");
    }

    @Test
    void aSubjectIsShownInTheStoryOfAMessage() throws IOException {
        SampleConsole console = console(SampleDirectory.CONFIGURATION);
        SampleLog.Sample sample = SampleLog.Sample.delivered(NOW, "Q1", "alice@example.com", "bob@partner.example");
        var _ = SampleLog.write(
                folder, List.of(sample.with("recipient:" + made.newer().id().hex())), 256L << 20);
        assertThat(console.html("/message?id=Q1"))
                .contains("<code>" + brief(made.newer().id().hex()) + "</code></a> CN=bob@partner.example");
    }

    private SampleConsole console(String configuration) throws IOException {
        return SampleConsole.of(folder, List.of(), 256L << 20, NOW, configuration);
    }

    private static String brief(String sha256) {
        return sha256.substring(0, 16);
    }

    /** Returns the verdict on a candidate and the reason. */
    private static String verdict(String html, String sha256) {
        Matched found = Pattern.compile(
                        "(?s)<li><span class=\"outcome ([a-z]+)\">[^<]*</span> <a href=\"certificate\\?sha256=" + sha256
                                + "\".*?<p class=\"what\">(.*?)</p>")
                .matcher(html)
                .results()
                .map(match -> new Matched(match.group(1), match.group(2)))
                .findFirst()
                .orElseThrow();
        return found.verdict() + ": " + found.why();
    }

    private record Matched(String verdict, String why) {}
}
