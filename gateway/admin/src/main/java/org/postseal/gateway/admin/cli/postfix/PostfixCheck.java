package org.postseal.gateway.admin.cli.postfix;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.postseal.gateway.admin.cli.postfix.PostfixSettings.Service;
import org.postseal.policy.people.DomainSet;

/** Finds what is unsafe in a Postfix that stands around the gateway. docs/howto-postfix.md explains the rules. */
public final class PostfixCheck {
    private final Postconf postconf;
    private final PostfixSettings settings;
    private final GatewayPlaces places;
    private final List<Unsafe> found = new ArrayList<>();

    private PostfixCheck(Postconf postconf, PostfixSettings settings, GatewayPlaces places) {
        this.postconf = postconf;
        this.settings = settings;
        this.places = places;
    }

    /** Reads and judges the configuration; an empty list means that it is safe. */
    public static List<Unsafe> of(Postconf postconf, GatewayPlaces places, DomainSet internal) {
        return of(postconf, postconf.read(), places, internal);
    }

    static List<Unsafe> of(Postconf postconf, PostfixSettings settings, GatewayPlaces places, DomainSet internal) {
        PostfixCheck check = new PostfixCheck(postconf, settings, places);
        check.hacks();
        check.conversion();
        Set<String> transports = check.filters();
        transports.forEach(check::transport);
        check.returns(internal);
        return List.copyOf(check.found);
    }

    private void hacks() {
        HACKS.forEach((parameter, address) -> {
            if (!settings.value(parameter).equals("no")) {
                main(parameter + " = no", address + " is internal here, and Postfix sends it to bank.example");
            }
        });
    }

    private void conversion() {
        if (!settings.value(CONVERSION).equals("yes")) {
            main(CONVERSION + " = yes", "8-bit content is recoded on its way, and signatures over it break");
        }
    }

    /** Returns the transports that lead to the gateway. */
    private Set<String> filters() {
        Set<String> transports = new LinkedHashSet<>();
        boolean isProxied = false;
        for (Service service : settings.running("smtpd", "pickup", "qmqpd")) {
            List<String> own = places.transportsTo(settings.value(service, "content_filter"));
            boolean isReturn = places.isNextHop(service);
            if (isReturn && !own.isEmpty()) {
                override(service, "content_filter =", "mail that comes back from the gateway is sent to it again");
            } else if (!own.isEmpty()) {
                transports.addAll(own);
                mappings(service);
            }
            isProxied |= !places.transportsTo(settings.value(service, "smtpd_proxy_filter"))
                    .isEmpty();
        }
        places.transportsTo(settings.value("relayhost"))
                .forEach(_ -> transports.add(settings.value("default_transport").replaceAll(":.*", "")));
        for (String parameter : List.of("default_transport", "relay_transport", "transport_maps")) {
            places.transportsTo(settings.value(parameter)).stream()
                    .filter(name -> !name.isEmpty())
                    .forEach(transports::add);
        }
        if (transports.isEmpty() && !isProxied) {
            found.add(new Unsafe(
                    true,
                    "nothing of this Postfix hands mail to a listener of the gateway: no content_filter,"
                            + " smtpd_proxy_filter, relayhost or transport leads there",
                    "see docs/howto-postfix.md"));
        }
        return transports;
    }

    private void mappings(Service service) {
        List<String> options = settings.words(service, OVERRIDES);
        if (options.contains(NO_MAPPINGS)) {
            String rest = String.join(
                    ",",
                    options.stream().filter(each -> !each.equals(NO_MAPPINGS)).toList());
            override(
                    service,
                    OVERRIDES + " = " + rest,
                    "lists are expanded after the gateway has decided, and members outside get the mail in clear");
        }
    }

    private void transport(String name) {
        Optional<Service> service = settings.transport(name);
        if (service.isEmpty()) {
            found.add(new Unsafe(
                    true,
                    "there is no service " + (name.isEmpty() ? "for a filter without a transport" : name)
                            + " in master.cf, and mail for the gateway waits",
                    "see docs/howto-postfix.md"));
            return;
        }
        String agent = service.get().command();
        if (!agent.equals("lmtp") && !agent.equals("smtp")) {
            return;
        }
        String xforward = agent + "_send_xforward_command";
        if (!settings.value(service.get(), xforward).equals("yes")) {
            override(
                    service.get(),
                    xforward + " = yes",
                    "the gateway does not learn whose mail it is, and knows a retry by its content only");
        }
        String length = agent + "_line_length_limit";
        if (!settings.value(service.get(), length).equals("0")) {
            override(service.get(), length + " = 0", "lines over 998 octets are cut, and signatures over them break");
        }
        if (service.get().overrides().containsKey(CONVERSION)
                && !settings.value(service.get(), CONVERSION).equals("yes")) {
            override(service.get(), CONVERSION + " = yes", "8-bit content is recoded, and signatures over it break");
        }
    }

    private void returns(DomainSet internal) {
        List<Service> returns =
                settings.running("smtpd").stream().filter(places::isNextHop).toList();
        if (returns.isEmpty() && !places.nextHops().isEmpty()) {
            found.add(new Unsafe(
                    false,
                    "no smtpd of this Postfix listens at the gateway's next hop, so nothing is said of the way back",
                    "see docs/howto-postfix.md"));
        }
        for (Service service : returns) {
            if (!settings.words(service, OVERRIDES).contains(NO_MAPPINGS)) {
                List<String> options = new ArrayList<>(settings.words(service, OVERRIDES));
                options.add(NO_MAPPINGS);
                override(
                        service,
                        OVERRIDES + " = " + String.join(",", options),
                        "addresses are mapped after the gateway has decided, and members of lists outside get the mail"
                                + " in clear");
            }
            rewriting(service);
            open(service);
        }
        // Only the Postfix to which the gateway hands mail decides where it goes
        if (!returns.isEmpty()) {
            found.addAll(PostfixDomains.of(settings).against(internal));
        }
    }

    /** By default, Postfix completes the addresses of clients on its own host, where the gateway often is. */
    private void rewriting(Service service) {
        if (!settings.value(service, REWRITING).isEmpty()) {
            override(
                    service,
                    REWRITING + " =",
                    "a From without a domain becomes an address of yours after the gateway has judged it");
        }
    }

    /** Finds out whether strangers may send to a service behind the gateway, and so past the gateway. */
    private void open(Service service) {
        Optional<String> wide = settings.words(service, "mynetworks").stream()
                .filter(network -> WIDE.matcher(network).matches())
                .findFirst();
        if (wide.isPresent()) {
            override(service, CLOSED_NETWORKS, wide.get() + " in mynetworks lets everybody send past the gateway");
        }
        boolean isLocal = isLocal(service);
        boolean isClosed = LISTS.stream().anyMatch(list -> isClosed(settings.words(service, list)));
        if (!isLocal && !isClosed) {
            override(service, CLOSED, "it listens on the network, and strangers may send past the gateway");
        } else if (!isLocal) {
            settings.words(service, "mynetworks").stream()
                    .filter(network -> NETWORK.matcher(network).matches()
                            && !GatewayPlaces.isLoopback(network.replaceAll("[\\[\\]]|/.*", "")))
                    .findFirst()
                    .filter(_ -> wide.isEmpty())
                    .ifPresent(network -> override(
                            service,
                            CLOSED_NETWORKS,
                            "it listens on the network, and all of " + network + " may send past the gateway"));
        } else if (!isClosed
                && LISTS.stream().anyMatch(list -> settings.words(service, list).contains("permit"))) {
            override(service, CLOSED, "everybody who reaches it may send anything past the gateway");
        }
    }

    private boolean isLocal(Service service) {
        if (!service.host().isEmpty()) {
            return GatewayPlaces.isLoopback(service.host());
        }
        List<String> interfaces = settings.words(service, "inet_interfaces");
        return !interfaces.isEmpty()
                && interfaces.stream()
                        .map(each -> each.replaceAll("[\\[\\]]", ""))
                        .allMatch(each -> each.equals("loopback-only") || GatewayPlaces.isLoopback(each));
    }

    private static boolean isClosed(List<String> restrictions) {
        int end = restrictions.indexOf("reject");
        return end >= 0 && !restrictions.subList(0, end).contains("permit");
    }

    private void main(String setting, String because) {
        found.add(new Unsafe(true, "main.cf needs " + setting + ": " + because, postconf.setting(setting)));
    }

    private void override(Service service, String setting, String because) {
        String text = service.label() + "/" + setting;
        found.add(new Unsafe(
                true,
                "master.cf, " + service.label() + " needs " + setting.strip() + ": " + because,
                postconf.override(text)));
    }

    private static final Map<String, String> HACKS = new java.util.TreeMap<>(Map.of(
            "allow_percent_hack", "user%bank.example@example.com",
            "swap_bangpath", "bank.example!user@example.com",
            "resolve_dequoted_address", "\"user@bank.example\"@example.com"));
    private static final String CONVERSION = "disable_mime_output_conversion";
    private static final String OVERRIDES = "receive_override_options";
    private static final String REWRITING = "local_header_rewrite_clients";
    private static final String NO_MAPPINGS = "no_address_mappings";
    private static final String CLOSED = "smtpd_recipient_restrictions = permit_mynetworks,reject";
    private static final String CLOSED_NETWORKS = "mynetworks = 127.0.0.0/8";
    private static final List<String> LISTS =
            List.of("smtpd_client_restrictions", "smtpd_relay_restrictions", "smtpd_recipient_restrictions");
    private static final Pattern WIDE =
            Pattern.compile("static:.*|[0-9.]+/[0-7]|\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]?/[0-9]");
    private static final Pattern NETWORK =
            Pattern.compile("[0-9.]+/(?!32$)[0-9]+|\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]?/(?!128$)[0-9]+");
}
