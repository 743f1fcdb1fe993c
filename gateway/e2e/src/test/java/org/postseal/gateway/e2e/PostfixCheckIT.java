package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.admin.cli.postfix.GatewayPlaces;
import org.postseal.gateway.admin.cli.postfix.GatewayPlaces.Listener;
import org.postseal.gateway.admin.cli.postfix.Postconf;
import org.postseal.gateway.admin.cli.postfix.PostfixCheck;
import org.postseal.gateway.admin.cli.postfix.Unsafe;
import org.postseal.gateway.mail.Peer.Protocol;
import org.postseal.gateway.mail.Peer.Role;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.HowtoPage;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.policy.people.DomainSet;

/**
 * {@code postseal check --postfix} asks a real postconf about the folders that the how-tos describe, and about others.
 */
class PostfixCheckIT {
    @TempDir
    private Path folder;

    @BeforeAll
    static void needsPostfix() {
        Requirements.postfix();
    }

    @ParameterizedTest
    @ValueSource(strings = {"howto-postfix.md", "howto-postfix-smtp.md", "howto-postfix-proxy.md", "howto-milters.md"})
    void whatThePagesSayIsSafe(String page) throws IOException {
        HowtoPage blocks = new HowtoPage(page);
        write(blocks.block("main.cf"), blocks.block("master.cf"));

        assertThat(PostfixCheck.of(
                        postconf(),
                        places(blocks.block("yaml").contains("protocol: lmtp") ? Protocol.LMTP : Protocol.SMTP),
                        own()))
                .isEmpty();
    }

    @Test
    void whatThePageSaysOfSendersIsSafeAndWithoutTheNullSenderItIsNot() throws IOException {
        HowtoPage page = new HowtoPage("howto-postfix.md");
        String main = page.block("main.cf") + page.block("senders/main.cf");
        String options = page.block("senders/master.cf").replaceFirst("submission inet .*\n", "");
        String master = page.block("master.cf")
                .replaceFirst("(submission inet .*\n)", "$1" + Matcher.quoteReplacement(options));

        assertThat(check(main, master)).isEmpty();
        assertThat(check(main, master.replace(",check_sender_access,inline:{{<>=REJECT}}", "")))
                .extracting(Unsafe::what)
                .singleElement()
                .asString()
                .startsWith("master.cf, submission/inet needs smtpd_sender_restrictions = reject_sender_login_mismatch,"
                        + "check_sender_access,inline:{{<>=REJECT}}: ");
    }

    /** Takes the lines out of the page that close what Debian's main.cf opens. */
    @Test
    void whatDebianWritesIsNamed() throws IOException {
        HowtoPage page = new HowtoPage("howto-postfix-smtp.md");
        String main = page.block("main.cf").replaceAll("(?m)^(alias_maps|forward_path|mydestination) =.*\n", "");
        write(main + """
                        alias_maps = hash:/etc/aliases
                        mydestination = $myhostname, example.com, localhost
                        smtp_fallback_relay = [relay.isp.example]
                        """, page.block("master.cf").replace("    -o smtp_fallback_relay=\n", ""));

        assertThat(PostfixCheck.of(postconf(), places(Protocol.SMTP), own()))
                .extracting(each -> each.what().replaceFirst(": .*", ""))
                .containsExactly(
                        "main.cf needs alias_maps =",
                        "main.cf needs forward_path =",
                        "master.cf, gateway/unix needs smtp_fallback_relay =",
                        "main.cf needs mydestination = example.com",
                        "main.cf needs mydestination = example.com");
    }

    @Test
    void whatThePageSaysOfPostscreenIsSafe() throws IOException {
        HowtoPage page = new HowtoPage("howto-postfix.md");
        String master = page.block("master.cf");
        String others = master.substring(master.indexOf("submission inet"));

        assertThat(check(page.block("main.cf"), page.block("postscreen/master.cf") + others))
                .isEmpty();
    }

    @Test
    void theRelayIsSafeOnBothSides() throws IOException {
        HowtoPage page = new HowtoPage("howto-relay.md");
        List<Listener> listeners = List.of(
                new Listener(new InetSocketAddress("10.0.0.5", 2524), Role.SUBMISSION, Protocol.SMTP),
                new Listener(new InetSocketAddress("10.0.0.5", 2525), Role.INBOUND, Protocol.SMTP));
        GatewayPlaces places = new GatewayPlaces(listeners, List.of(), LARGEST);

        for (String side : List.of("internal/", "edge/")) {
            String master = page.block(side + "master.cf") + """
                    smtp unix - - n - - smtp
                    relay unix - - n - - smtp
                    """;
            write(page.block(side + "main.cf"), master);
            assertThat(PostfixCheck.of(postconf(), places, own())).isEmpty();
            String open =
                    master.replaceAll("-o smtpd_(recipient|relay)_restrictions=permit_mynetworks,reject(?=\\s)", "");
            write(page.block(side + "main.cf"), open);
            assertThat(PostfixCheck.of(postconf(), places, own()))
                    .extracting(Unsafe::what)
                    .isEqualTo(
                            open.equals(master)
                                    ? List.of()
                                    : List.of("master.cf, smtp/inet needs smtpd_recipient_restrictions ="
                                            + " permit_mynetworks,reject: it listens on the network, and strangers may"
                                            + " send past the gateway"));
        }
    }

    @Test
    void whatPostfixDoesByItselfIsNot() throws IOException {
        List<Unsafe> found = check("content_filter = gateway:[127.0.0.1]:10024\nmydestination = example.com\n", """
                smtp inet n - n - - smtpd
                    -o receive_override_options=no_address_mappings
                10026 inet n - n - - smtpd
                    -o content_filter=
                    -o mynetworks=0.0.0.0/0
                gateway unix - - n - - lmtp
                """);

        assertThat(found).allSatisfy(each -> assertThat(each.isError()).isTrue());
        assertThat(found)
                .extracting(each -> each.what().replaceFirst(": .*", ""))
                .containsExactly(
                        "main.cf needs allow_percent_hack = no",
                        "main.cf needs resolve_dequoted_address = no",
                        "main.cf needs swap_bangpath = no",
                        "main.cf needs disable_mime_output_conversion = yes",
                        "main.cf needs smtp_line_length_limit = 0",
                        "main.cf needs bounce_size_limit = 1",
                        "main.cf needs alias_maps =",
                        "main.cf needs forward_path =",
                        "master.cf, smtp/inet needs receive_override_options =",
                        "master.cf, smtp/inet needs content_filter = gateway:[127.0.0.1]:10025",
                        "master.cf, smtp/inet needs smtpd_relay_restrictions = reject_unauth_destination",
                        "master.cf, gateway/unix needs lmtp_send_xforward_command = yes",
                        "master.cf, gateway/unix needs lmtp_line_length_limit = 0",
                        "master.cf, 10026/inet needs receive_override_options = no_address_mappings",
                        "master.cf, 10026/inet needs local_header_rewrite_clients =",
                        "master.cf, 10026/inet needs message_size_limit = 0",
                        "master.cf, 10026/inet needs cleanup_service_name = back",
                        "master.cf, 10026/inet needs mynetworks = 127.0.0.0/8",
                        "master.cf, 10026/inet needs smtpd_recipient_restrictions = permit_mynetworks,reject");
    }

    @Test
    void whoRunsEachHintIsSafe() throws IOException {
        write("""
                content_filter = gateway:[127.0.0.1]:10024
                mydestination = $myhostname, example.com, localhost
                smtp_fallback_relay = [relay.isp.example]
                smtpd_sender_login_maps = hash:/etc/postfix/logins
                """, """
                smtp inet n - n - - smtpd
                    -o receive_override_options=no_address_mappings
                submission inet n - n - - smtpd
                    -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
                pickup unix n - n 60 1 pickup
                10026 inet n - n - - smtpd
                    -o content_filter=gateway:[127.0.0.1]:10024
                gateway unix - - n - - smtp
                """);

        for (Unsafe each : PostfixCheck.of(postconf(), places(Protocol.SMTP), own())) {
            Command.of("sh", "-c", each.hint()).output();
        }

        assertThat(PostfixCheck.of(postconf(), places(Protocol.SMTP), own())).isEmpty();
    }

    @Test
    void theDomainsOfThePolicyAreSpelledAlike() throws IOException {
        DomainSet internal = own();
        internal.add(DomainSet.Entry.parse("bücher.example").orElseThrow());
        HowtoPage page = new HowtoPage("howto-postfix.md");
        String main = page.block("main.cf") + "virtual_mailbox_domains = ";

        write(main + "BÜCHER.example\n", page.block("master.cf"));
        assertThat(PostfixCheck.of(postconf(), places(Protocol.LMTP), internal)).isEmpty();
        write(main + "xn--bcher-kva.example\n", page.block("master.cf"));
        assertThat(PostfixCheck.of(postconf(), places(Protocol.LMTP), internal))
                .extracting(Unsafe::isError)
                .containsExactly(true, false);
    }

    private List<Unsafe> check(String main, String master) throws IOException {
        write(main, master);
        return PostfixCheck.of(postconf(), places(Protocol.LMTP), own());
    }

    private void write(String main, String master) throws IOException {
        Files.writeString(
                folder.resolve("main.cf"), "compatibility_level = 3.10\nmyhostname = mail.example.com\n" + main);
        Files.writeString(folder.resolve("master.cf"), master);
    }

    private Postconf postconf() {
        return Postconf.of(Optional.of(folder));
    }

    private static DomainSet own() {
        DomainSet own = new DomainSet();
        own.add(DomainSet.Entry.parse("example.com").orElseThrow());
        return own;
    }

    private static GatewayPlaces places(Protocol protocol) {
        InetAddress here = InetAddress.getLoopbackAddress();
        return new GatewayPlaces(
                List.of(
                        new Listener(new InetSocketAddress(here, 10024), Role.SUBMISSION, protocol),
                        new Listener(new InetSocketAddress(here, 10025), Role.INBOUND, protocol)),
                List.of(new InetSocketAddress(here, 10026), new InetSocketAddress(here, 10027)),
                LARGEST);
    }

    private static final long LARGEST = 52_428_800;
}
