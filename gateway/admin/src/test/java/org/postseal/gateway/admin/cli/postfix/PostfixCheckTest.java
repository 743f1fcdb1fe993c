package org.postseal.gateway.admin.cli.postfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.admin.cli.postfix.GatewayPlaces.Listener;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.mail.Peer.Protocol;
import org.postseal.gateway.mail.Peer.Role;
import org.postseal.policy.people.DomainSet;

/** Tests the rules on output of postconf; {@code PostfixCheckIT} asks a real one. */
class PostfixCheckTest {
    private static final String MAIN = """
            allow_percent_hack = no
            swap_bangpath = no
            resolve_dequoted_address = no
            disable_mime_output_conversion = yes
            bounce_size_limit = 1
            message_size_limit = 10240000
            cleanup_service_name = cleanup
            header_checks =
            alias_maps =
            forward_path =
            luser_relay =
            fallback_transport =
            local_transport = local:$myhostname
            content_filter = gateway:[127.0.0.1]:10025
            smtpd_proxy_filter =
            receive_override_options =
            local_header_rewrite_clients = permit_inet_interfaces
            mynetworks = 127.0.0.0/8
            inet_interfaces = all
            smtpd_client_restrictions =
            smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination
            smtpd_recipient_restrictions =
            smtpd_sender_restrictions =
            smtpd_sender_login_maps =
            smtpd_milters =
            relayhost =
            default_transport = smtp
            relay_transport = relay
            transport_maps =
            lmtp_send_xforward_command = no
            smtp_send_xforward_command = no
            lmtp_line_length_limit = 998
            smtp_line_length_limit = 0
            lmtp_fallback_relay =
            smtp_fallback_relay =
            parent_domain_matches_subdomains = mynetworks,relay_domains,smtpd_access_maps
            mydestination = example.com
            virtual_mailbox_domains =
            virtual_alias_domains =
            relay_domains =
            """;

    private static final String SERVICES = """
            smtp       inet  n       -       n       -       -       smtpd -o smtpd_sasl_auth_enable=no
            submission inet  n       -       n       -       -       smtpd -o content_filter=gateway:[127.0.0.1]:10024
            127.0.0.1:10026 inet n   -       n       -       -       smtpd -o content_filter=
            pickup     unix  n       -       n       60      1       pickup
            bounce     unix  -       -       n       -       0       bounce
            back       unix  n       -       n       -       0       cleanup
            local      unix  -       n       n       -       -       local
            gateway    unix  -       -       n       -       10      lmtp
            smtp       unix  -       -       n       -       -       smtp
            """;

    private static final String OVERRIDES = """
            smtp/inet/smtpd_relay_restrictions = reject_unauth_destination
            submission/inet/content_filter = gateway:[127.0.0.1]:10024
            submission/inet/smtpd_relay_restrictions = permit_mynetworks,permit_sasl_authenticated,reject
            pickup/unix/content_filter = gateway:[127.0.0.1]:10024
            127.0.0.1:10026/inet/content_filter =
            127.0.0.1:10026/inet/message_size_limit = 0
            127.0.0.1:10026/inet/cleanup_service_name = back
            back/unix/message_size_limit = 0
            127.0.0.1:10026/inet/receive_override_options = no_address_mappings
            127.0.0.1:10026/inet/local_header_rewrite_clients =
            127.0.0.1:10026/inet/remote_header_rewrite_domain =
            127.0.0.1:10026/inet/mynetworks = 127.0.0.0/8
            127.0.0.1:10026/inet/smtpd_recipient_restrictions = permit_mynetworks,reject
            gateway/unix/lmtp_send_xforward_command = yes
            gateway/unix/lmtp_line_length_limit = 0
            gateway/unix/lmtp_fallback_relay =
            """;

    @Test
    void theRecommendedConfigurationIsSafe() {
        assertThat(check(MAIN, SERVICES, OVERRIDES)).isEmpty();
    }

    /** Each row: the file or service, what is safe there, and what is written in its place. */
    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            main | allow_percent_hack = no | allow_percent_hack = yes
            main | swap_bangpath = no | swap_bangpath = yes
            main | resolve_dequoted_address = no | resolve_dequoted_address = yes
            main | disable_mime_output_conversion = yes | disable_mime_output_conversion = no
            main | smtp_line_length_limit = 0 | smtp_line_length_limit = 998
            main | bounce_size_limit = 1 | bounce_size_limit = 50000
            main | alias_maps = | alias_maps = hash:/etc/aliases
            main | forward_path = | forward_path = /home/alice/.forward
            main | luser_relay = | luser_relay = bob@partner.example
            main | fallback_transport = | fallback_transport = smtp:[10.0.0.9]
            main | mydestination = example.com | mydestination = localhost, example.com
            main | mydestination = example.com | mydestination = example.com, mail.example.com
            smtp/inet | smtpd_relay_restrictions = reject_unauth_destination | x = y
            smtp/inet | smtpd_relay_restrictions = reject_unauth_destination | \
                smtpd_relay_restrictions = check_client_access hash:/etc/postfix/relays, reject_unauth_destination
            submission/inet | \
                smtpd_relay_restrictions = permit_mynetworks,permit_sasl_authenticated,reject | x = y
            submission/inet | \
                smtpd_relay_restrictions = permit_mynetworks,permit_sasl_authenticated,reject | \
                smtpd_relay_restrictions = permit_auth_destination,reject
            pickup/unix | content_filter = gateway:[127.0.0.1]:10024 | content_filter =
            BACK | message_size_limit = 0 | x = y
            back/unix | message_size_limit = 0 | x = y
            back/unix | message_size_limit = 0 | message_size_limit = 19455000
            BACK | message_size_limit = 0 | message_size_limit = 14000000
            gateway/unix | lmtp_send_xforward_command = yes | x = y
            gateway/unix | lmtp_line_length_limit = 0 | lmtp_line_length_limit = 1000
            gateway/unix | lmtp_line_length_limit = 0 | x = y
            gateway/unix | lmtp_fallback_relay = | lmtp_fallback_relay = [relay.isp.example]
            BACK | receive_override_options = no_address_mappings | x = y
            BACK | content_filter = | x =
            BACK | local_header_rewrite_clients = | x =
            BACK | local_header_rewrite_clients = | local_header_rewrite_clients = permit_mynetworks
            BACK | remote_header_rewrite_domain = | remote_header_rewrite_domain = example.com
            BACK | smtpd_recipient_restrictions = permit_mynetworks,reject | smtpd_recipient_restrictions = permit
            BACK | mynetworks = 127.0.0.0/8 | mynetworks = 0.0.0.0/0
            BACK | mynetworks = 127.0.0.0/8 | mynetworks = 127.0.0.0/8 [::]/0
            """)
    void eachUnsafeLineIsNamedAndMended(String where, String safe, String unsafe) {
        boolean isMain = where.equals("main");
        String service = where.replace("BACK", "127.0.0.1:10026/inet");
        String line = isMain ? safe : service + "/" + safe;
        String other = isMain ? unsafe : service + "/" + unsafe;
        assertThat(MAIN + OVERRIDES).contains(line);

        assertThat(check(MAIN.replace(line, other), SERVICES, OVERRIDES.replace(line, other)))
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.isError()).isTrue();
                    assertThat(found.what())
                            .startsWith((isMain ? "main.cf" : "master.cf, " + service) + " needs " + safe + ": ");
                    assertThat(found.hint())
                            .isEqualTo("postconf -c /p "
                                    + (isMain ? "-e '" + safe + "'" : "-P '" + service + "/" + safe + "'"));
                });
    }

    @Test
    void otherOptionsOfTheWayBackStay() {
        assertThat(check(MAIN, SERVICES, OVERRIDES.replace("no_address_mappings", "no_milters, no_header_body_checks")))
                .singleElement()
                .satisfies(found -> assertThat(found.hint())
                        .isEqualTo("postconf -c /p -P '127.0.0.1:10026/inet/receive_override_options ="
                                + " no_milters,no_header_body_checks,no_address_mappings'"));
    }

    @Test
    void addressesAreMappedBeforeTheGateway() {
        String mapped = OVERRIDES + "smtp/inet/receive_override_options = no_address_mappings\n";

        assertThat(check(MAIN, SERVICES, mapped))
                .singleElement()
                .satisfies(found -> assertThat(found.hint())
                        .isEqualTo("postconf -c /p -P 'smtp/inet/receive_override_options = '"));
        assertThat(check(MAIN.replace("options =", "options = no_address_mappings"), SERVICES, OVERRIDES))
                .extracting(Unsafe::hint)
                .containsExactly(
                        "postconf -c /p -P 'smtp/inet/receive_override_options = '",
                        "postconf -c /p -P 'submission/inet/receive_override_options = '",
                        "postconf -c /p -P 'pickup/unix/receive_override_options = '");
    }

    /** The service to which the gateway hands mail back listens on the network here. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            recipient | permit_mynetworks,reject | 127.0.0.0/8 | -
            client | permit_mynetworks reject | 127.0.0.0/8 10.0.0.5/32 [::1]/128 | -
            recipient | '' | 127.0.0.0/8 | strangers
            recipient | permit_mynetworks,reject_unauth_destination | 127.0.0.0/8 | strangers
            recipient | permit,reject | 127.0.0.0/8 | strangers
            recipient | permit_mynetworks,reject | 10.0.0.0/8 | all of 10.0.0.0/8
            recipient | permit_mynetworks,reject | [2001:db8::]/32 | all of [2001:db8::]/32
            recipient | permit_mynetworks,reject | 0.0.0.0/0 | 0.0.0.0/0 in mynetworks
            recipient | permit_mynetworks,reject | static:all | static:all in mynetworks
            """)
    void aWayBackThatIsOpenIsNamed(String list, String restrictions, String networks, String expected) {
        String services = SERVICES.replace("127.0.0.1:10026", "10026");
        String overrides = """
                smtp/inet/smtpd_relay_restrictions = reject_unauth_destination
                submission/inet/content_filter = gateway:[127.0.0.1]:10024
                submission/inet/smtpd_relay_restrictions = permit_mynetworks,permit_sasl_authenticated,reject
                pickup/unix/content_filter = gateway:[127.0.0.1]:10024
                10026/inet/content_filter =
                10026/inet/message_size_limit = 0
                10026/inet/cleanup_service_name = back
                back/unix/message_size_limit = 0
                10026/inet/receive_override_options = no_address_mappings
                10026/inet/local_header_rewrite_clients =
                10026/inet/smtpd_%s_restrictions = %s
                10026/inet/mynetworks = %s
                gateway/unix/lmtp_send_xforward_command = yes
                gateway/unix/lmtp_line_length_limit = 0
                """.formatted(list, restrictions, networks);

        List<Unsafe> found = check(MAIN, services, overrides);
        if (expected.equals("-")) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found).singleElement().satisfies(each -> {
                assertThat(each.isError()).isTrue();
                assertThat(each.what()).contains(expected);
            });
        }
        assertThat(check(MAIN.replace("interfaces = all", "interfaces = loopback-only"), services, overrides))
                .hasSize(
                        networks.equals("0.0.0.0/0")
                                        || networks.equals("static:all")
                                        || restrictions.contains("permit,")
                                ? 1
                                : 0);
    }

    @Test
    void aFilterThatLeadsNowhereAndOneWithoutATransportAreNamed() {
        assertThat(check(MAIN.replace("10025", "10099"), SERVICES, OVERRIDES.replace("10024", "10099")))
                .singleElement()
                .satisfies(found -> assertThat(found.what()).startsWith("nothing of this Postfix hands mail to"));
        assertThat(check(MAIN, SERVICES.replace("gateway    unix", "other      unix"), OVERRIDES))
                .singleElement()
                .satisfies(found -> assertThat(found.what()).startsWith("there is no service gateway in master.cf"));
    }

    /**
     * Each row: lines of master.cf more than the recommended ones, their options, and the setting of the first of them
     * that is found missing.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # Behind postscreen, and at a port that somebody has forgotten, mail takes the filter of main.cf.
            smtpd pass | smtpd_relay_restrictions = reject_unauth_destination | -
            smtpd pass | x = y | smtpd_relay_restrictions = reject_unauth_destination
            smtpd pass | content_filter = gateway:[127.0.0.1]:10024; \
                smtpd_relay_restrictions = reject_unauth_destination | content_filter = gateway:[127.0.0.1]:10025
            25 inet | content_filter = gateway:[127.0.0.1]:10024; \
                smtpd_relay_restrictions = reject_unauth_destination | content_filter = gateway:[127.0.0.1]:10025
            25 inet | content_filter =; smtpd_proxy_filter = 127.0.0.1:10024; \
                smtpd_relay_restrictions = reject_unauth_destination | smtpd_proxy_filter = [127.0.0.1]:10025
            2525 inet | content_filter = | smtpd_recipient_restrictions = permit_mynetworks,reject
            2525 inet | content_filter =; smtpd_client_restrictions = permit_mynetworks,reject | -
            2525 inet | content_filter = gateway:[127.0.0.1]:10024 | \
                smtpd_relay_restrictions = permit_mynetworks,permit_sasl_authenticated,reject
            submissions inet | content_filter = gateway:[127.0.0.1]:10024; mynetworks = 0.0.0.0/0; \
                smtpd_relay_restrictions = permit_mynetworks,reject | mynetworks = 127.0.0.0/8
            submissions inet | smtpd_relay_restrictions = permit_sasl_authenticated,reject | \
                content_filter = gateway:[127.0.0.1]:10024
            127.0.0.1:10028 inet | smtpd_recipient_restrictions = permit_mynetworks,reject | -
            127.0.0.1:10029 inet | content_filter = | -
            25 inet | smtpd_relay_restrictions = \
                reject_rbl_client zen.example.org=127.0.0.[2..11], reject_unauth_destination | -
            25 inet | smtpd_relay_restrictions = warn_if_reject reject_unauth_destination | \
                smtpd_relay_restrictions = reject_unauth_destination
            """)
    void strangersReachOnlyWhatNothingIsSignedFor(String service, String options, String expected) {
        String label = service.replace(' ', '/');
        String overrides = Stream.of(options.split("; *", -1))
                .map(each -> label + "/" + each + "\n")
                .collect(Collectors.joining());

        assertThat(check(MAIN, service + " n - n - - smtpd\n" + SERVICES, overrides + OVERRIDES).stream()
                        .map(Unsafe::hint)
                        .filter(hint -> hint.startsWith("postconf"))
                        .toList())
                .isEqualTo(
                        expected.equals("-")
                                ? List.of()
                                : List.of("postconf -c /p -P '" + label + "/" + expected + "'"));
    }

    @Test
    void aFilterThatLeadsElsewhereIsAWarning() {
        assertThat(check(
                        MAIN,
                        "25 inet n - n - - smtpd\n" + SERVICES,
                        "25/inet/content_filter = scan:[127.0.0.1]:10030\n" + OVERRIDES))
                .singleElement()
                .satisfies(found -> assertThat(found.isError()).isFalse());
    }

    /** A filter of main.cf that leads to submission is that of port 25 too. */
    @Test
    void theFilterOfMainMustNotLeadToSubmission() {
        assertThat(check(MAIN.replace("10025", "10024"), SERVICES, OVERRIDES))
                .extracting(Unsafe::hint)
                .containsExactly("postconf -c /p -P 'smtp/inet/content_filter = gateway:[127.0.0.1]:10025'");
    }

    /** smtpd has a limit, and the cleanup that takes the message from it has one too. */
    @Test
    void theWayBackTakesWhatEncryptionMakesLarger() {
        String larger = OVERRIDES.replaceAll("message_size_limit = 0", "message_size_limit = 19456019");
        assertThat(check(MAIN, SERVICES, larger)).isEmpty();
        assertThat(check(MAIN.replace("10240000", "0"), SERVICES, larger))
                .extracting(Unsafe::hint)
                .hasSize(3)
                .contains("postconf -c /p -e 'message_size_limit = 52428800'");
        assertThat(check(MAIN, SERVICES, OVERRIDES.replace("cleanup_service_name = back", "x = y")))
                .extracting(Unsafe::hint)
                .containsExactly("postconf -c /p -M 'back/unix=back unix n - n - 0 cleanup -o message_size_limit=0'"
                        + " && postconf -c /p -P '127.0.0.1:10026/inet/cleanup_service_name = back'");
    }

    @Test
    void whatReturnsWholeMessagesByAnOptionIsNamed() {
        assertThat(check(MAIN, SERVICES, "bounce/unix/bounce_size_limit = 50000\n" + OVERRIDES))
                .extracting(Unsafe::hint)
                .containsExactly("postconf -c /p -P 'bounce/unix/bounce_size_limit = 1'");
    }

    @Test
    void aRelayAndAMapLeadToTheGatewayToo() {
        String relay = MAIN.replace("content_filter = gateway:[127.0.0.1]:10025", "content_filter =")
                .replace("relayhost =", "relayhost = [127.0.0.1]:10025")
                .replace("transport_maps =", "transport_maps = inline:{ { example.com = gateway:[127.0.0.1]:10025 } }");
        String overrides = OVERRIDES.replaceAll("content_filter = gateway:.*\n", "content_filter =\n");

        DomainSet internal = new DomainSet();
        internal.add(DomainSet.Entry.parse("example.com").orElseThrow());
        assertThat(check(relay, SERVICES.replace("10      lmtp", "10      smtp"), overrides, internal, Protocol.SMTP))
                .extracting(Unsafe::hint)
                .containsExactly(
                        "postconf -c /p -P 'smtp/unix/smtp_send_xforward_command = yes'",
                        "postconf -c /p -P 'gateway/unix/smtp_send_xforward_command = yes'");
    }

    /** Mail for a subdomain would pass the gateway by, unless the map has it too. */
    @Test
    void aRelayTakesNoSubdomainsThatItsMapDoesNotHave() {
        String relay = MAIN.replace("\nrelay_domains =", "\nrelay_domains = example.com")
                .replace("mydestination = example.com", "mydestination =")
                .replace("transport_maps =", "transport_maps = inline:{ { example.com = gateway:[127.0.0.1]:10025 } }");

        assertThat(check(relay, SERVICES, OVERRIDES))
                .extracting(Unsafe::hint)
                .containsExactly("postconf -c /p -e 'parent_domain_matches_subdomains ='");
        assertThat(check(
                        relay.replace("inline:{", "inline:{ { .example.com = gateway:[127.0.0.1]:10025 },"),
                        SERVICES,
                        OVERRIDES))
                .isEmpty();
        assertThat(check(relay.replace("relay_domains,smtpd", "smtpd"), SERVICES, OVERRIDES))
                .isEmpty();
    }

    /** Mail for it must go on being taken. */
    @Test
    void aSecondDomainOfOursIsLedToTheFirst() {
        String main =
                MAIN.replace("mydestination = example.com", "mydestination = example.com, example.org, localhost");
        DomainSet internal = new DomainSet();
        internal.add(DomainSet.Entry.parse("example.com").orElseThrow());
        internal.add(DomainSet.Entry.parse("example.org").orElseThrow());

        assertThat(check(main, SERVICES, OVERRIDES, internal))
                .extracting(Unsafe::hint)
                .containsExactly(
                        "write example.org in virtual_alias_domains instead of mydestination, and lead it by"
                                + " virtual_alias_maps to @example.com",
                        "postconf -c /p -e 'mydestination = example.com, example.org'");
    }

    /** A backup MX takes mail for a domain that is outside, and sends it there by its MX. */
    @Test
    void aDomainThatIsRelayedToTheOutsideIsNotInternal() {
        String backup = MAIN.replace("\nrelay_domains =", "\nrelay_domains = partner.example");
        assertThat(check(backup, SERVICES, OVERRIDES)).isEmpty();

        DomainSet internal = new DomainSet();
        internal.add(DomainSet.Entry.parse("example.com").orElseThrow());
        internal.add(DomainSet.Entry.parse("partner.example").orElseThrow());
        assertThat(check(backup, SERVICES, OVERRIDES, internal))
                .extracting(Unsafe::what)
                .containsExactly("Postfix sends mail for partner.example to the outside, and it is internal to the"
                        + " policy: no list of main.cf has it, or relay_domains without a transport");
    }

    /** OpenDKIM signs what comes from this machine, and all of that does. */
    @Test
    void theWayBackHasNoMilterThatItIsNotGiven() {
        String main = MAIN.replace("milters =", "milters = inet:127.0.0.1:8891");
        String service = "127.0.0.1:10028 inet n - n - - smtpd\n";

        assertThat(check(main, service + SERVICES, OVERRIDES))
                .extracting(Unsafe::hint)
                .containsExactly(
                        "postconf -c /p -P '127.0.0.1:10026/inet/smtpd_milters ='",
                        "postconf -c /p -P '127.0.0.1:10028/inet/smtpd_milters ='");
        assertThat(check(
                        main,
                        service + SERVICES,
                        OVERRIDES + "127.0.0.1:10026/inet/smtpd_milters = inet:127.0.0.1:8892\n"
                                + "127.0.0.1:10028/inet/smtpd_milters =\n"))
                .isEmpty();
    }

    /** Lmtp to a listener for SMTP gets 500 for LHLO, and Postfix bounces everything. */
    @Test
    void theAgentSpeaksAsTheListenerDoes() {
        DomainSet internal = new DomainSet();
        internal.add(DomainSet.Entry.parse("example.com").orElseThrow());

        assertThat(check(MAIN, SERVICES, OVERRIDES, internal, Protocol.SMTP))
                .extracting(Unsafe::what)
                .containsExactly("master.cf, gateway/unix: lmtp leads to a listener with protocol: smtp in"
                        + " postseal.yaml, and mail bounces");
        assertThat(check(MAIN, SERVICES, OVERRIDES + "smtp/inet/smtpd_proxy_filter = 127.0.0.1:10025\n"))
                .extracting(Unsafe::what)
                .containsExactly("master.cf, smtp/inet: smtpd_proxy_filter leads to a listener with protocol: lmtp in"
                        + " postseal.yaml, and no mail is taken");
    }

    /** Each row: smtpd_sender_restrictions of submission, and what is missing there. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', emptyValue = "", textBlock = """
            reject_sender_login_mismatch | reject_sender_login_mismatch,check_sender_access,inline:{{<>=REJECT}}
            '' | reject_sender_login_mismatch,check_sender_access,inline:{{<>=REJECT}}
            reject_sender_login_mismatch, check_sender_access inline:{{<> = REJECT}} | ''
            reject_sender_login_mismatch, check_sender_access hash:/etc/postfix/senders | ''
            """)
    void whoIsHeldToTheirAddressHasNoNullReversePath(String restrictions, String missing) {
        String main = MAIN.replace("login_maps =", "login_maps = hash:/etc/postfix/logins");
        String overrides = OVERRIDES + "submission/inet/smtpd_sender_restrictions = " + restrictions + "\n";

        assertThat(check(main, SERVICES, overrides))
                .extracting(Unsafe::hint)
                .isEqualTo(
                        missing.isEmpty()
                                ? List.of()
                                : List.of("postconf -c /p -P 'submission/inet/smtpd_sender_restrictions = " + missing
                                        + "'"));
    }

    @Test
    void aNextHopThatNothingListensAtIsAWarning() {
        assertThat(check(MAIN, SERVICES.replace("10026", "10027"), OVERRIDES.replace("10026", "10027")))
                .singleElement()
                .satisfies(found -> assertThat(found.isError()).isFalse());
    }

    @Test
    void withoutPostfixNothingCanBeSaid() {
        Postconf none = new Postconf(List.of("/nonexistent/postconf"), Optional.empty());

        assertThatThrownBy(none::read).isInstanceOfSatisfying(CommandFailure.class, failure -> {
            assertThat(failure.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(failure.getMessage()).contains("there is no postconf here");
            assertThat(failure.hint()).isPresent();
        });
        assertThatThrownBy(new Postconf(List.of("false"), Optional.empty())::read)
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.CONFIG));
    }

    /** Each row: the internal domains of the policy, the value of virtual_mailbox_domains, and what is found. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', emptyValue = "", textBlock = """
            example.com *.example.com | example.com | error: Postfix sends mail for subdomains of example.com to the \
            outside, and they are internal to the policy
            example.com *.example.com | hash:/etc/postfix/domains | \
                warning: Postfix sends mail for subdomains of example.com to the \
            outside, and they are internal to the policy
            bücher.example | BÜCHER.example | ''
            bücher.example xn--bcher-kva.example | bücher.example xn--bcher-kva.example | ''
            bücher.example | xn--bcher-kva.example | \
                error: Postfix sends mail for bücher.example to the outside, and it is internal to the policy: \
            main.cf has it as xn--bcher-kva.example;\
            warning: the gateway refuses mail for xn--bcher-kva.example, which the policy spells otherwise
            bu\u0308cher.example | bücher.example | \
                error: Postfix sends mail for bu\u0308cher.example to the outside, and it is internal to the policy: \
            main.cf has it as bücher.example;\
            warning: the gateway refuses mail for bücher.example, which the policy spells otherwise
            *.bücher.example | a.xn--bcher-kva.example | \
                error: Postfix sends mail for subdomains of bücher.example to the \
            outside, and they are internal to the policy;\
            warning: the gateway refuses mail for a.xn--bcher-kva.example, which the policy spells otherwise
            example.com | example.org | warning: Postfix sends mail for example.com to the outside, \
            and it is internal to the policy: no list of main.cf has it, or relay_domains without a transport;\
            error: Postfix takes mail for example.org, and the policy takes it for outside: \
            no rule for incoming mail is asked
            example.com | example.com localhost | error: Postfix takes mail for localhost, \
            and the policy takes it for outside: no rule for incoming mail is asked
            example.com | hash:/etc/postfix/domains | ''
            bücher.example | hash:/etc/postfix/domains | warning: it is not known whether Postfix spells \
            bücher.example so, since tables are not read
            example.com bücher.example mail.bücher.example *.bücher.example | | ''
            """)
    void theDomainsOfThePolicyAreKnownAndSpelledAlike(String internal, @Nullable String domains, String expected) {
        DomainSet policy = new DomainSet();
        for (String entry : internal.split(" ", -1)) {
            policy.add(DomainSet.Entry.parse(entry).orElseThrow());
        }
        String main = domains == null
                ? MAIN.replace("\nrelay_domains =", "\nrelay_domains = example.com bücher.example partner.example")
                        .replace("transport_maps =", "transport_maps = hash:/etc/postfix/transport")
                : MAIN.replace("virtual_mailbox_domains =", "virtual_mailbox_domains = " + domains);
        main = main.replace("mydestination = example.com", "mydestination =");

        assertThat(check(main, SERVICES, OVERRIDES, policy).stream()
                        .map(found -> (found.isError() ? "error: " : "warning: ") + found.what())
                        .collect(Collectors.joining(";")))
                .isEqualTo(expected);
        assertThat(check(main, SERVICES.replace("10026", "10027"), OVERRIDES.replace("10026", "10027"), policy))
                .as("a Postfix that the gateway hands nothing")
                .hasSize(1);
    }

    private static List<Unsafe> check(String main, String services, String overrides) {
        DomainSet internal = new DomainSet();
        internal.add(DomainSet.Entry.parse("example.com").orElseThrow());
        return check(main, services, overrides, internal);
    }

    private static List<Unsafe> check(String main, String services, String overrides, DomainSet internal) {
        return check(main, services, overrides, internal, Protocol.LMTP);
    }

    private static Listener listener(int port, Role role, Protocol protocol) {
        return new Listener(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), role, protocol);
    }

    private static List<Unsafe> check(
            String main, String services, String overrides, DomainSet internal, Protocol protocol) {
        GatewayPlaces places = new GatewayPlaces(
                List.of(listener(10024, Role.SUBMISSION, protocol), listener(10025, Role.INBOUND, protocol)),
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 10026)),
                52_428_800);
        return PostfixCheck.of(
                new Postconf(List.of(), Optional.of(Path.of("/p"))),
                PostfixSettings.parse(main, services, overrides),
                places,
                internal);
    }
}
