package org.postseal.gateway.admin.cli.postfix;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.postseal.gateway.admin.cli.postfix.GatewayPlaces.Way;
import org.postseal.gateway.admin.cli.postfix.PostfixSettings.Service;
import org.postseal.gateway.mail.Peer.Protocol;
import org.postseal.gateway.mail.Peer.Role;

/**
 * Looks at the services where mail enters Postfix, and at the listener to which each of them leads. Not thread-safe.
 */
final class PostfixFilters {
    private final PostfixSettings settings;
    private final GatewayPlaces places;
    private final PostfixReach reach;
    private final Findings found;
    private final Set<Way> ways = new LinkedHashSet<>();
    private final List<Service> fronts = new ArrayList<>();
    private final List<Service> returns = new ArrayList<>();
    private final List<Service> unfiltered = new ArrayList<>();

    PostfixFilters(PostfixSettings settings, GatewayPlaces places, PostfixReach reach, Findings found) {
        this.settings = settings;
        this.places = places;
        this.reach = reach;
        this.found = found;
        settings.running(SMTPD, "pickup", "qmqpd").forEach(this::sort);
        relays();
    }

    /** Returns the transports that lead to the gateway, each with a listener to which it leads. */
    Set<Way> ways() {
        return ways;
    }

    /** Returns the services whose mail a filter brings to the gateway. */
    List<Service> fronts() {
        return fronts;
    }

    /**
     * Returns the services that no filter leads anywhere, apart from the way back. Strangers must not reach them. There
     * are none if mail comes to the gateway by its route and not by filters.
     */
    List<Service> open() {
        return fronts.isEmpty()
                ? List.of()
                : unfiltered.stream()
                        .filter(service -> service.command().equals(SMTPD)
                                && filter(service).isEmpty())
                        .toList();
    }

    void check() {
        if (ways.isEmpty() && fronts.isEmpty()) {
            found.unsafe("nothing of this Postfix hands mail to a listener of the gateway: no content_filter,"
                    + " smtpd_proxy_filter, relayhost or transport leads there");
        }
        returns.forEach(this::back);
        for (Service service : fronts) {
            mappings(service);
            if (service.command().equals(SMTPD)) {
                proxied(service);
                senders(service);
            }
            if (service.command().equals(SMTPD) && !reach.isLocal(service)) {
                direction(service);
            }
        }
        subdomains();
        if (!fronts.isEmpty()) {
            unfiltered.forEach(this::past);
        }
    }

    private void sort(Service service) {
        if (places.isNextHop(service)) {
            returns.add(service);
        } else {
            ways.addAll(places.ways(settings.value(service, CONTENT)));
            (roles(service).isEmpty() ? unfiltered : fronts).add(service);
        }
    }

    private void back(Service service) {
        for (String parameter : parameters(service)) {
            if (!places.rolesAt(settings.value(service, parameter)).isEmpty()) {
                found.override(service, parameter + " =", "mail that comes back from the gateway is sent to it again");
            }
        }
    }

    /**
     * At a listener for submission, the gateway signs in the name of our users, so strangers must not get there. At one
     * for mail from outside, it holds nobody to the demands on our users' mail, so that mail must not leave that way.
     */
    private void direction(Service service) {
        Set<Role> roles = roles(service);
        if (roles.equals(Set.of(Role.INBOUND))) {
            relaying(service);
        } else if (roles.contains(Role.SUBMISSION) && reach.isForStrangers(service)) {
            if (isForUsers(service)) {
                close(service);
            } else {
                lead(service, Role.INBOUND, SIGNED);
                relaying(service);
            }
        }
    }

    private void proxied(Service service) {
        places.ways(settings.value(service, PROXY)).stream()
                .filter(way -> way.listener().protocol() != Protocol.SMTP)
                .forEach(_ -> found.unsafe(
                        service,
                        PROXY + " leads to a listener with protocol: lmtp in postseal.yaml, and no mail is taken"));
    }

    /** A null reverse path has no owner, and says nothing to the rules about who submits. */
    private void senders(Service service) {
        String restrictions = String.join(",", settings.words(service, SENDERS));
        if (maySubmit(service)
                && !settings.value(service, "smtpd_sender_login_maps").isEmpty()
                && !NULL_REFUSED.matcher(restrictions).find()) {
            found.override(
                    service,
                    SENDERS + " = " + (restrictions.isEmpty() ? "reject_sender_login_mismatch" : restrictions)
                            + ",check_sender_access,inline:{{<>=REJECT}}",
                    "with MAIL FROM:<> a user escapes the demands on their own address");
        }
    }

    /** A relay takes mail for the subdomains of its domains by default, and its map does not have them. */
    private void subdomains() {
        boolean isRouted = !places.ways(settings.value(ROUTES)).isEmpty();
        boolean isMissing = settings.words("relay_domains").stream()
                .anyMatch(domain -> !settings.words(ROUTES).contains("." + domain));
        if (isRouted && isMissing && settings.words(PARENTS).contains("relay_domains")) {
            found.main(
                    PARENTS + " =",
                    "strangers may send to any subdomain of relay_domains, and that mail passes the gateway by");
        }
    }

    private void close(Service service) {
        found.override(service, reach.wide(service).isPresent() ? PostfixReach.LOOPBACK_ONLY : USERS_ONLY, SIGNED);
    }

    private void relaying(Service service) {
        if (!reach.mayRelay(service)) {
            return;
        }
        String because = "mail of your users leaves here without the protection that they must use";
        if (!USERS_PORTS.contains(service.port())) {
            found.override(service, NO_RELAYING, because);
            return;
        }
        lead(service, Role.SUBMISSION, because);
        if (reach.isForStrangers(service)) {
            close(service);
        }
    }

    private void past(Service service) {
        if (!filter(service).isEmpty()) {
            found.warning("master.cf, " + service.label()
                    + ": it is not known whether its mail comes to the gateway by " + filter(service));
        } else if (!service.command().equals(SMTPD)) {
            lead(service, Role.SUBMISSION, "its mail passes the gateway by");
        }
    }

    /** Says that the service needs a listener with this role. */
    private void lead(Service service, Role role, String because) {
        boolean isProxied = service.command().equals(SMTPD)
                && !places.rolesAt(settings.value(service, PROXY)).isEmpty();
        String transport = Stream.concat(places.ways(settings.value(service, CONTENT)).stream(), ways.stream())
                .map(Way::transport)
                .findFirst()
                .orElse("gateway");
        places.addressOf(role)
                .or(() -> places.addressOf(Role.BOTH))
                .map(address -> isProxied ? PROXY + " = " + address : CONTENT + " = " + transport + ":" + address)
                .ifPresentOrElse(
                        setting -> found.override(service, setting, because), () -> found.unsafe(service, because));
    }

    private void relays() {
        String transport = settings.value("default_transport").replaceAll(":.*", "");
        places.ways(settings.value("relayhost")).forEach(way -> ways.add(new Way(transport, way.listener())));
        for (String parameter : List.of("default_transport", "relay_transport", ROUTES)) {
            places.ways(settings.value(parameter)).stream()
                    .filter(way -> !way.transport().isEmpty())
                    .forEach(ways::add);
        }
    }

    private void mappings(Service service) {
        List<String> options = settings.words(service, PostfixSettings.OVERRIDES);
        boolean isAfterQueue = !places.rolesAt(settings.value(service, CONTENT)).isEmpty();
        if (isAfterQueue && options.contains(PostfixSettings.NO_MAPPINGS)) {
            String rest = String.join(
                    ",",
                    options.stream()
                            .filter(each -> !each.equals(PostfixSettings.NO_MAPPINGS))
                            .toList());
            found.override(
                    service,
                    PostfixSettings.OVERRIDES + " = " + rest,
                    "lists are expanded after the gateway has decided, and members outside get the mail in clear");
        }
    }

    private boolean maySubmit(Service service) {
        return !roles(service).equals(Set.of(Role.INBOUND));
    }

    private Set<Role> roles(Service service) {
        Set<Role> roles = new LinkedHashSet<>();
        parameters(service).forEach(each -> roles.addAll(places.rolesAt(settings.value(service, each))));
        return roles;
    }

    private static List<String> parameters(Service service) {
        return service.command().equals(SMTPD) ? List.of(CONTENT, PROXY) : List.of(CONTENT);
    }

    private String filter(Service service) {
        return parameters(service).stream()
                .map(each -> settings.value(service, each))
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** Returns whether the service is one for our own users, by its port or by what master.cf says. */
    private static boolean isForUsers(Service service) {
        return USERS_PORTS.contains(service.port())
                || (!service.type().equals("pass")
                        && !service.port().equals("25")
                        && parameters(service).stream().anyMatch(service.overrides()::containsKey));
    }

    private static final String SMTPD = "smtpd";
    private static final String CONTENT = "content_filter";
    private static final String PROXY = "smtpd_proxy_filter";
    private static final String SENDERS = "smtpd_sender_restrictions";
    private static final Pattern NULL_REFUSED = Pattern.compile("check_sender_access,(?:inline:.*<>|(?!inline:))");
    private static final String ROUTES = "transport_maps";
    private static final String PARENTS = "parent_domain_matches_subdomains";
    private static final Set<String> USERS_PORTS = Set.of("465", "587");
    private static final String SIGNED = "strangers may send there, and the gateway signs in the name of your users";
    private static final String NO_RELAYING = "smtpd_relay_restrictions = reject_unauth_destination";
    private static final String USERS_ONLY =
            "smtpd_relay_restrictions = permit_mynetworks,permit_sasl_authenticated,reject";
}
