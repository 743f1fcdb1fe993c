package org.postseal.gateway.admin.cli.postfix;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.certstore.Domain;
import org.postseal.gateway.admin.cli.postfix.GatewayPlaces.Way;
import org.postseal.gateway.admin.cli.postfix.PostfixSettings.Service;
import org.postseal.policy.people.DomainSet;

/** Finds what is unsafe in a Postfix that stands around the gateway. docs/howto-postfix.md explains the rules. */
public final class PostfixCheck {
    private final PostfixSettings settings;
    private final GatewayPlaces places;
    private final PostfixReach reach;
    private final Findings found;

    private PostfixCheck(PostfixSettings settings, GatewayPlaces places, Findings found) {
        this.settings = settings;
        this.places = places;
        this.reach = new PostfixReach(settings);
        this.found = found;
    }

    /** Reads and judges the configuration; an empty list means that it is safe. */
    public static List<Unsafe> of(Postconf postconf, GatewayPlaces places, DomainSet internal) {
        return of(postconf, postconf.read(), places, internal);
    }

    static List<Unsafe> of(Postconf postconf, PostfixSettings settings, GatewayPlaces places, DomainSet internal) {
        Findings found = new Findings(postconf);
        PostfixCheck check = new PostfixCheck(settings, places, found);
        check.hacks();
        check.conversion();
        check.everywhere(
                "bounce",
                BOUNCES,
                "1",
                "mail that the gateway refuses goes back whole, in clear, and maybe to somebody outside");
        check.local();
        PostfixFilters filters = new PostfixFilters(settings, places, check.reach, found);
        filters.check();
        filters.ways().forEach(check::transport);
        filters.open().forEach(check::open);
        check.returns(filters.fronts(), internal);
        return found.all();
    }

    private void hacks() {
        HACKS.forEach((parameter, address) ->
                main(parameter, "no", address + " is internal here, and Postfix sends it to bank.example"));
    }

    private void conversion() {
        main(CONVERSION, "yes", "8-bit content is recoded on its way, and signatures over it break");
        main(LENGTH, "0", "lines over 998 octets are cut where mail leaves, and signatures over them break");
    }

    private void main(String parameter, String wanted, String because) {
        if (!settings.value(parameter).equals(wanted)) {
            found.main((parameter + " = " + wanted).strip(), because);
        }
    }

    private void override(Service service, String parameter, String wanted, String because) {
        if (!settings.value(service, parameter).equals(wanted)) {
            found.override(service, (parameter + " = " + wanted).strip(), because);
        }
    }

    /** Looks at the parameter in {@code main.cf}, and where a service of the command overrides it. */
    private void everywhere(String command, String parameter, String wanted, String because) {
        main(parameter, wanted, because);
        settings.running(command).stream()
                .filter(service -> service.overrides().containsKey(parameter))
                .forEach(service -> override(service, parameter, wanted, because));
    }

    /** What local(8) sends on has passed the gateway already, and goes out as it is. */
    private void local() {
        if (!settings.words("mydestination").isEmpty()
                && settings.value("local_transport").startsWith(LOCAL)) {
            for (String parameter : SENDING_ON) {
                everywhere(LOCAL, parameter, "", "local(8) sends mail on that passes the gateway by");
            }
        }
    }

    private void transport(Way way) {
        String name = way.transport();
        Optional<Service> service = settings.transport(name);
        if (service.isEmpty()) {
            found.unsafe("there is no service " + (name.isEmpty() ? "for a filter without a transport" : name)
                    + " in master.cf, and mail for the gateway waits");
            return;
        }
        String agent = service.get().command();
        if (!agent.equals("lmtp") && !agent.equals("smtp")) {
            return;
        }
        String protocol = way.listener().protocol().name().toLowerCase(Locale.ROOT);
        if (!agent.equals(protocol)) {
            found.unsafe(
                    service.get(),
                    agent + " leads to a listener with protocol: " + protocol + " in postseal.yaml, and mail bounces");
        }
        String fallback = agent + "_fallback_relay";
        override(
                service.get(),
                fallback,
                "",
                "while the gateway cannot be reached, its mail leaves as it is by "
                        + settings.value(service.get(), fallback));
        override(
                service.get(),
                agent + "_send_xforward_command",
                "yes",
                "the gateway does not learn whose mail it is, and knows a retry by its content only");
        override(
                service.get(),
                agent + "_line_length_limit",
                "0",
                "lines over 998 octets are cut, and signatures over them break");
        if (service.get().overrides().containsKey(CONVERSION)) {
            override(service.get(), CONVERSION, "yes", "8-bit content is recoded, and signatures over it break");
        }
    }

    private void returns(List<Service> fronts, DomainSet internal) {
        List<Service> returns =
                settings.running("smtpd").stream().filter(places::isNextHop).toList();
        if (returns.isEmpty() && !places.nextHops().isEmpty()) {
            found.warning(
                    "no smtpd of this Postfix listens at the gateway's next hop, so nothing is said of the way back");
        }
        fronts.forEach(this::size);
        Stream.concat(returns.stream(), fronts.stream().filter(reach::isLocal)).forEach(this::milters);
        for (Service service : returns) {
            // Mail that comes to the gateway by its route is mapped before it gets there
            if (!fronts.isEmpty()
                    && !settings.words(service, PostfixSettings.OVERRIDES).contains(PostfixSettings.NO_MAPPINGS)) {
                List<String> options = new ArrayList<>(settings.words(service, PostfixSettings.OVERRIDES));
                options.add(PostfixSettings.NO_MAPPINGS);
                found.override(
                        service,
                        PostfixSettings.OVERRIDES + " = " + String.join(",", options),
                        "addresses are mapped after the gateway has decided, and members of lists outside get the mail"
                                + " in clear");
            }
            rewriting(service);
            size(service, fronts);
            open(service);
        }
        // Only the Postfix to which the gateway hands mail decides where it goes
        if (!returns.isEmpty()) {
            mailboxes(internal);
        }
    }

    /** Looks at the domains of {@code mydestination}, whose mailboxes are the same. */
    private void mailboxes(DomainSet internal) {
        List<Domain> local = PostfixDomains.local(settings, internal);
        List<Domain> others = local.stream().skip(1).toList();
        List<Domain> ofMachine =
                others.stream().filter(other -> !internal.has(other)).toList();
        String left = local.stream()
                .filter(domain -> !ofMachine.contains(domain))
                .map(Domain::toString)
                .collect(Collectors.joining(", "));
        for (Domain other : others) {
            String because = "alice@" + other + " has the mailbox of alice@" + local.getFirst()
                    + ", and the policy's rules know one name";
            if (ofMachine.contains(other)) {
                found.main("mydestination = " + left, because);
            } else {
                found.addAll(List.of(new Unsafe(
                        true,
                        because,
                        "write " + other + " in virtual_alias_domains instead of mydestination, and lead it by"
                                + " virtual_alias_maps to @" + local.getFirst())));
            }
        }
        found.addAll(PostfixDomains.of(settings).without(ofMachine).against(internal));
    }

    /** By default, Postfix completes the addresses of clients on its own host, where the gateway often is. */
    private void rewriting(Service service) {
        for (String parameter : REWRITING) {
            override(
                    service,
                    parameter,
                    "",
                    "a From without a domain becomes an address of yours after the gateway has judged it");
        }
    }

    private void size(Service service) {
        if (largest(service) > places.largest()) {
            found.main(SIZE + " = " + places.largest(), "the gateway refuses what is larger, and Postfix bounces it");
        }
    }

    /** The client is always this machine here, whoever has sent the mail. */
    private void milters(Service service) {
        if (service.command().equals("smtpd")
                && !settings.value(MILTERS).isEmpty()
                && !service.overrides().containsKey(MILTERS)) {
            found.override(
                    service,
                    MILTERS + " =",
                    "a milter takes mail of strangers for mail of this machine, and may sign it with your DKIM key");
        }
    }

    /**
     * Finds out whether the service takes what becomes of the largest message that the others take: signed and
     * encrypted, both in base64, it is up to 1.9 times as large. Both smtpd and its cleanup have a limit.
     */
    private void size(Service service, List<Service> fronts) {
        long largest = fronts.stream().mapToLong(this::largest).max().orElse(0);
        String because = "what Postfix takes is too large for it once it is encrypted";
        if (isTooSmall(limit(settings.value(service, SIZE)), largest)) {
            found.override(service, SIZE + " = 0", because);
        }
        if (isTooSmall(limitOfCleanup(service), largest)) {
            String name = settings.value(service, CLEANUP);
            settings.transport(name)
                    .filter(_ -> !name.equals("cleanup"))
                    .ifPresentOrElse(
                            own -> found.override(own, SIZE + " = 0", because),
                            () -> found.service(service, CLEANUP, "back", PostfixBlocks.CLEANUP, because));
        }
    }

    private static boolean isTooSmall(long limit, long largest) {
        return limit != NO_LIMIT && largest > limit / 19 * 10;
    }

    private long largest(Service service) {
        return Math.min(limit(settings.value(service, SIZE)), limitOfCleanup(service));
    }

    private long limitOfCleanup(Service service) {
        return limit(settings.transport(settings.value(service, CLEANUP))
                .map(cleanup -> settings.value(cleanup, SIZE))
                .orElseGet(() -> settings.value(SIZE)));
    }

    private static long limit(String value) {
        return value.matches("[1-9][0-9]{0,17}") ? Long.parseLong(value) : NO_LIMIT;
    }

    /** Finds out whether strangers may send to a service behind or beside the gateway, and so past the gateway. */
    private void open(Service service) {
        Optional<String> wide = reach.wide(service);
        if (wide.isPresent()) {
            found.override(
                    service,
                    PostfixReach.LOOPBACK_ONLY,
                    wide.get() + " in mynetworks lets everybody send past the gateway");
        }
        boolean isLocal = reach.isLocal(service);
        boolean isClosed = reach.isClosed(service);
        if (!isLocal && !isClosed) {
            found.override(service, CLOSED, "it listens on the network, and strangers may send past the gateway");
        } else if (!isLocal) {
            reach.network(service)
                    .filter(_ -> wide.isEmpty())
                    .ifPresent(network -> found.override(
                            service,
                            PostfixReach.LOOPBACK_ONLY,
                            "it listens on the network, and all of " + network + " may send past the gateway"));
        } else if (!isClosed && reach.permitsAll(service)) {
            found.override(service, CLOSED, "everybody who reaches it may send anything past the gateway");
        }
    }

    private static final Map<String, String> HACKS = new TreeMap<>(Map.of(
            "allow_percent_hack", "user%bank.example@example.com",
            "swap_bangpath", "bank.example!user@example.com",
            "resolve_dequoted_address", "\"user@bank.example\"@example.com"));
    private static final String CONVERSION = "disable_mime_output_conversion";
    private static final String LENGTH = "smtp_line_length_limit";
    private static final String BOUNCES = "bounce_size_limit";
    private static final String MILTERS = "smtpd_milters";
    private static final String LOCAL = "local";
    private static final List<String> SENDING_ON =
            List.of("alias_maps", "forward_path", "luser_relay", "fallback_transport", "fallback_transport_maps");
    private static final String CLEANUP = "cleanup_service_name";
    private static final String SIZE = "message_size_limit";
    private static final long NO_LIMIT = Long.MAX_VALUE;
    private static final List<String> REWRITING =
            List.of("local_header_rewrite_clients", "remote_header_rewrite_domain");
    private static final String CLOSED = "smtpd_recipient_restrictions = permit_mynetworks,reject";
}
