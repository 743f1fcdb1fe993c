package org.postseal.gateway.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Describes the configuration of a {@link PrivatePostfix}. With filters, it uses the blocks of a {@link HowtoPage} in
 * place of Debian's lines; without filters, it is that of a plain host. The domain part of the host name is the
 * mailbox domain. It is filled in first, and then Postfix is started. Not thread-safe.
 */
public final class PostfixLayout {
    /**
     * Names the mailbox that is full, below the mail directory. It is a file, since Postfix limits the size of files
     * only.
     */
    public static final String FULL_MAILBOX = "full";

    public static final int MAILBOX_LIMIT = 100_000;

    private final String hostName;
    private final List<Integer> ports = Await.freePorts(5);
    private final Map<String, String> mailboxes = new LinkedHashMap<>();
    private final Map<String, String> aliases = new LinkedHashMap<>();
    private final Map<String, String> routes = new LinkedHashMap<>();
    private final List<String> services = new ArrayList<>();
    private final List<String> settings = new ArrayList<>();
    private Optional<Documented> documented = Optional.empty();

    public PostfixLayout(String hostName) {
        this.hostName = hostName;
    }

    /**
     * Returns the port that others send to, which is port 25 of a real host. Its mail goes through the inbound filter.
     */
    public int inboundPort() {
        return ports.get(0);
    }

    /**
     * Returns the port that our users send to. Its mail goes through the submission filter, as does that of {@code
     * sendmail}.
     */
    public int submissionPort() {
        return ports.get(1);
    }

    /** Returns the port at which the gateway hands mail back. */
    public int reinjectionPort() {
        return ports.get(2);
    }

    /** Returns the port at which the gateway hands back incoming mail, on pages that keep the two apart. */
    public int incomingPort() {
        return ports.get(3);
    }

    /** Returns the port for programs that send on mail from outside. Its mail goes through the inbound filter. */
    public int sentOnPort() {
        return ports.get(4);
    }

    /** Returns the ports that something listens on. */
    public List<Integer> ports() {
        return masterCf()
                .lines()
                .map(LISTENING::matcher)
                .filter(Matcher::find)
                .map(found -> Integer.valueOf(found.group(1)))
                .toList();
    }

    /** Sets up the filters of the recommended page, which lead to these LMTP ports of the gateway. */
    public PostfixLayout filters(int submission, int inbound) {
        return as(new HowtoPage("howto-postfix.md"), "", places(submission, inbound));
    }

    /** Returns the replacements for the ports of a page whose gateway is on the same machine. */
    public Map<String, String> places(int submission, int inbound) {
        return Map.of(
                "127.0.0.1:10024", "127.0.0.1:" + submission,
                "127.0.0.1:10025", "127.0.0.1:" + inbound,
                "127.0.0.1]:10024", "127.0.0.1]:" + submission,
                "127.0.0.1]:10025", "127.0.0.1]:" + inbound,
                "127.0.0.1:10026", "127.0.0.1:" + reinjectionPort(),
                "127.0.0.1:10027", "127.0.0.1:" + incomingPort(),
                "127.0.0.1:10028", "127.0.0.1:" + sentOnPort());
    }

    /**
     * Configures Postfix by this page.
     *
     * @param prefix the prefix of the page's blocks {@code main.cf} and {@code master.cf}
     * @param places replacements for its ports, addresses and files, except those of its own smtpd and submission
     */
    public PostfixLayout as(HowtoPage page, String prefix, Map<String, String> places) {
        documented = Optional.of(new Documented(page.with(places), prefix));
        return this;
    }

    public PostfixLayout mailboxes(String... addresses) {
        for (String address : addresses) {
            mailboxes.put(address, address + "/");
        }
        return this;
    }

    /** Adds a mailbox that exists and is full: Postfix refuses to add to it with 5.2.2. */
    public PostfixLayout fullMailbox(String address) {
        mailboxes.put(address, FULL_MAILBOX);
        return route(address, "full:")
                .service("full unix - n n - - virtual -o virtual_mailbox_limit=" + MAILBOX_LIMIT
                        + " -o message_size_limit=" + MAILBOX_LIMIT);
    }

    public PostfixLayout alias(String address, String... members) {
        aliases.put(address, String.join(", ", members));
        return this;
    }

    /** Sets a transport for an address or domain, as in transport(5). */
    public PostfixLayout route(String addressOrDomain, String transport) {
        routes.put(addressOrDomain, transport);
        return this;
    }

    /** Adds a line of main.cf. It replaces a line of this layout with the same name. */
    public PostfixLayout setting(String line) {
        settings.add(line);
        return this;
    }

    public PostfixLayout service(String line) {
        services.add(line);
        return this;
    }

    /** Sends everything for the domain or address to this port over SMTP. */
    public PostfixLayout routeTo(String addressOrDomain, int port) {
        return route(addressOrDomain, "smtp:[127.0.0.1]:" + port);
    }

    public String mainCf(Path home, String uid, String gid) {
        String lines = """
            compatibility_level = 3.10
            myhostname = %s
            myorigin = $myhostname
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            queue_directory = %2$s/spool
            data_directory = %2$s/lib
            meta_directory = %2$s/etc
            maillog_file = %2$s/log
            maillog_file_prefixes = %2$s
            alias_database =
            mynetworks = 127.0.0.0/8
            smtpd_peername_lookup = no
            smtputf8_enable = yes
            biff = no
            smtp_tls_security_level =
            # attempts by hand only: the tests flush
            minimal_backoff_time = 1h
            maximal_backoff_time = 1h
            virtual_alias_maps = %3$s
            transport_maps = %4$s
            virtual_mailbox_base = %2$s/mail
            virtual_mailbox_maps = %7$s
            virtual_uid_maps = static:%5$s
            virtual_gid_maps = static:%6$s
            virtual_minimum_uid = 1
            """.formatted(hostName, home, inline(aliases), inline(routes), uid, gid, inline(mailboxes));
        String page = documented.map(Documented::mainCf).orElse("smtp_line_length_limit = 0");
        String ours = page.contains("\nmydestination = " + mailboxDomain()) ? localMailboxes() : virtualMailboxes();
        return Stream.of(ours.lines(), page.lines(), settings.stream())
                        .map(Stream::toList)
                        .reduce(lines.lines().toList(), PostfixLines::overlaid)
                        .stream()
                        .collect(Collectors.joining("\n"))
                + "\n";
    }

    /** As Debian sets up local(8), which then has our mailboxes; the page is to close what this opens. */
    private String localMailboxes() {
        return """
            mydestination = $myhostname, %1$s, localhost.%1$s, localhost
            alias_maps = %2$s
            local_recipient_maps = $alias_maps $virtual_mailbox_maps
            mailbox_transport = virtual:
            """.formatted(mailboxDomain(), inline(aliases).replace("@" + mailboxDomain() + " =", " ="));
    }

    private String virtualMailboxes() {
        return """
            mydestination =
            alias_maps =
            virtual_mailbox_domains = %s
            """.formatted(mailboxDomain());
    }

    public String masterCf() {
        String ours = documented
                .map(page -> withOwnPorts(page.masterCf()))
                .orElseGet(() -> ports.stream()
                        .limit(3)
                        .map(port -> "127.0.0.1:" + port + " inet n - n - - smtpd\n")
                        .collect(Collectors.joining()));
        List<String> lines = new ArrayList<>();
        lines.add(ours.stripTrailing());
        """
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
        """.lines()
                .filter(line -> ours.lines().noneMatch(its -> PostfixLines.isSameService(line, its)))
                .forEach(lines::add);
        lines.addAll(services);
        return String.join("\n", lines) + "\n";
    }

    private String mailboxDomain() {
        return hostName.substring(hostName.indexOf('.') + 1);
    }

    private String withOwnPorts(String block) {
        return block.replaceAll("(?m)^smtp inet", "127.0.0.1:" + inboundPort() + " inet")
                .replaceAll("(?m)^submission inet", "127.0.0.1:" + submissionPort() + " inet");
    }

    private record Documented(HowtoPage page, String prefix) {
        String mainCf() {
            return page.block(prefix + "main.cf");
        }

        String masterCf() {
            return page.block(prefix + "master.cf");
        }
    }

    private static final Pattern LISTENING = Pattern.compile("^127\\.0\\.0\\.1:(\\d+) inet ");

    /** Writes an inline table. An empty one is left out, since Postfix takes it for an error. */
    private static String inline(Map<String, String> table) {
        return table.isEmpty()
                ? ""
                : table.entrySet().stream()
                        .map(entry -> "{ " + entry.getKey() + " = " + entry.getValue() + " }")
                        .collect(Collectors.joining(", ", "inline:{ ", " }"));
    }
}
