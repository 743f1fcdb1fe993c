package org.postseal.gateway.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a {@link PrivatePostfix} is configured: with filters, by the blocks of {@link PostfixHowto}; without, as a plain host. The domain part of the host name
 * is the mailbox domain. Filled first, then started; not thread-safe.
 */
final class PostfixLayout {
    /** Below the mail directory; a file, since only of those Postfix limits the size. */
    static final String FULL_MAILBOX = "full";

    static final int MAILBOX_LIMIT = 100_000;

    private final String hostName;
    private final List<Integer> ports = Await.freePorts(3);
    private final Map<String, String> mailboxes = new LinkedHashMap<>();
    private final Map<String, String> aliases = new LinkedHashMap<>();
    private final Map<String, String> routes = new LinkedHashMap<>();
    private final List<String> services = new ArrayList<>();
    private final List<String> settings = new ArrayList<>();
    private int inboundFilter;
    private int submissionFilter;

    PostfixLayout(String hostName) {
        this.hostName = hostName;
    }

    /** What others send to, port 25 of a real host; its mail goes through the inbound filter. */
    int inboundPort() {
        return ports.get(0);
    }

    /** What own users send to; its mail goes through the submission filter, as does that of {@code sendmail}. */
    int submissionPort() {
        return ports.get(1);
    }

    /** Where the gateway hands mail back. */
    int reinjectionPort() {
        return ports.get(2);
    }

    List<Integer> ports() {
        return ports;
    }

    /** The LMTP ports of the gateway's listeners. */
    PostfixLayout filters(int submission, int inbound) {
        submissionFilter = submission;
        inboundFilter = inbound;
        return this;
    }

    PostfixLayout mailboxes(String... addresses) {
        for (String address : addresses) {
            mailboxes.put(address, address + "/");
        }
        return this;
    }

    /** A mailbox that exists and is full: Postfix refuses to add to it with 5.2.2. */
    PostfixLayout fullMailbox(String address) {
        mailboxes.put(address, FULL_MAILBOX);
        return route(address, "full:")
                .service("full unix - n n - - virtual -o virtual_mailbox_limit=" + MAILBOX_LIMIT
                        + " -o message_size_limit=" + MAILBOX_LIMIT);
    }

    PostfixLayout alias(String address, String... members) {
        aliases.put(address, String.join(", ", members));
        return this;
    }

    /** A transport for an address or domain, as in transport(5). */
    PostfixLayout route(String addressOrDomain, String transport) {
        routes.put(addressOrDomain, transport);
        return this;
    }

    /** One more line of main.cf, in the place of ours with the same name. */
    PostfixLayout setting(String line) {
        settings.add(line);
        return this;
    }

    /** One more line of master.cf. */
    PostfixLayout service(String line) {
        services.add(line);
        return this;
    }

    /** Everything for the domain or address goes to this port over SMTP. */
    PostfixLayout routeTo(String addressOrDomain, int port) {
        return route(addressOrDomain, "smtp:[127.0.0.1]:" + port);
    }

    String mainCf(Path home, String uid, String gid) {
        String lines = """
                compatibility_level = 3.10
                myhostname = %s
                myorigin = $myhostname
                mydestination =
                inet_interfaces = 127.0.0.1
                inet_protocols = ipv4
                queue_directory = %2$s/spool
                data_directory = %2$s/lib
                meta_directory = %2$s/etc
                maillog_file = %2$s/log
                maillog_file_prefixes = %2$s
                alias_maps =
                alias_database =
                mynetworks = 127.0.0.0/8
                smtpd_recipient_restrictions = permit_mynetworks, reject
                smtpd_peername_lookup = no
                smtputf8_enable = yes
                biff = no
                smtp_line_length_limit = 0
                smtp_tls_security_level =
                # attempts by hand only: the tests flush
                minimal_backoff_time = 1h
                maximal_backoff_time = 1h
                virtual_alias_maps = %3$s
                transport_maps = %4$s
                virtual_mailbox_domains = %5$s
                virtual_mailbox_base = %2$s/mail
                virtual_mailbox_maps = %8$s
                virtual_uid_maps = static:%6$s
                virtual_gid_maps = static:%7$s
                virtual_minimum_uid = 1
                """.formatted(
                        hostName, home, inline(aliases), inline(routes), mailboxDomain(), uid, gid, inline(mailboxes))
                + (isFiltered() ? withPorts(PostfixHowto.mainCf()) : "");
        // A name given twice makes every daemon warn, and more warnings than its log's socket holds stop the master for
        // good
        return Stream.concat(
                                lines.lines().filter(line -> settings.stream().noneMatch(its -> isSameName(line, its))),
                                settings.stream())
                        .collect(Collectors.joining("\n"))
                + "\n";
    }

    private static boolean isSameName(String line, String other) {
        return line.substring(0, Math.max(0, line.indexOf('=')))
                .equals(other.substring(0, Math.max(0, other.indexOf('='))));
    }

    String masterCf() {
        List<String> lines = new ArrayList<>();
        if (isFiltered()) {
            lines.add(withPorts(PostfixHowto.masterCf()));
        } else {
            ports.forEach(port -> lines.add("127.0.0.1:" + port + " inet n - n - - smtpd"));
        }
        lines.add("""
                pickup unix n - n 60 1 pickup
                cleanup unix n - n - 0 cleanup
                qmgr unix n - n 300 1 qmgr
                tlsmgr unix - - n 1000? 1 tlsmgr
                rewrite unix - - n - - trivial-rewrite
                bounce unix - - n - 0 bounce
                defer unix - - n - 0 bounce
                trace unix - - n - 0 bounce
                verify unix - - n - 1 verify
                flush unix n - n 1000? 0 flush
                proxymap unix - - n - - proxymap
                proxywrite unix - - n - 1 proxymap
                smtp unix - - n - - smtp
                relay unix - - n - - smtp
                showq unix n - n - - showq
                error unix - - n - - error
                retry unix - - n - - error
                discard unix - - n - - discard
                local unix - n n - - local
                virtual unix - n n - - virtual
                lmtp unix - - n - - lmtp
                anvil unix - - n - 1 anvil
                scache unix - - n - 1 scache
                postlog unix-dgram n - n - 1 postlogd
                """);
        lines.addAll(services);
        return String.join("\n", lines) + "\n";
    }

    private String mailboxDomain() {
        return hostName.substring(hostName.indexOf('.') + 1);
    }

    private boolean isFiltered() {
        return submissionFilter != 0;
    }

    /** The page's ports become free ones. */
    private String withPorts(String block) {
        Map<String, String> ours = Map.of(
                "smtp inet", "127.0.0.1:" + inboundPort() + " inet",
                "submission inet", "127.0.0.1:" + submissionPort() + " inet",
                ":10024", ":" + submissionFilter,
                ":10025", ":" + inboundFilter,
                ":10026", ":" + reinjectionPort());
        return Pattern.compile("^(smtp|submission) inet|:1002[456]\\b", Pattern.MULTILINE)
                .matcher(block)
                .replaceAll(match -> String.valueOf(ours.get(match.group())));
    }

    /** Postfix takes an empty inline table for a fault. */
    private static String inline(Map<String, String> table) {
        return table.isEmpty()
                ? ""
                : table.entrySet().stream()
                        .map(entry -> "{ " + entry.getKey() + " = " + entry.getValue() + " }")
                        .collect(Collectors.joining(", ", "inline:{ ", " }"));
    }
}
