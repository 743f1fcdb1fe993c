package org.postseal.gateway.admin.cli.postfix;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.postseal.gateway.admin.cli.postfix.PostfixSettings.Service;

/**
 * Says who can send to a service, and where it lets them send.
 *
 * <p>Postfix asks each list of restrictions, and takes a recipient that none of them refuses. Within a list, the first
 * restriction that applies decides. So one list that refuses is enough, and what stands before the refusal may open it.
 */
record PostfixReach(PostfixSettings settings) {
    /** The setting by which no other machine belongs to our own networks. */
    static final String LOOPBACK_ONLY = "mynetworks = 127.0.0.0/8";

    /** Returns whether only this machine can connect to the service. */
    boolean isLocal(Service service) {
        if (!service.host().isEmpty()) {
            return GatewayPlaces.isLoopback(service.host());
        }
        List<String> interfaces = settings.words(service, "inet_interfaces");
        return !interfaces.isEmpty()
                && interfaces.stream()
                        .map(each -> each.replaceAll("[\\[\\]]", ""))
                        .allMatch(each -> each.equals("loopback-only") || GatewayPlaces.isLoopback(each));
    }

    /** Returns whether a list refuses everybody whom it does not know, whatever the recipient. */
    boolean isClosed(Service service) {
        return LISTS.stream().anyMatch(list -> isClosed(settings.words(service, list)));
    }

    /** Returns whether strangers can have mail taken by the service, if only for our own domains. */
    boolean isForStrangers(Service service) {
        return !isLocal(service) && (!isClosed(service) || wide(service).isPresent());
    }

    /** Returns whether a list lets everybody in whom it asks. */
    boolean permitsAll(Service service) {
        return LISTS.stream().anyMatch(list -> settings.words(service, list).contains("permit"));
    }

    /** Returns whether anybody may send through the service to domains that are not ours. */
    boolean mayRelay(Service service) {
        return RELAYING.stream().noneMatch(list -> keepsInside(settings.words(service, list)));
    }

    /** Returns the entry of {@code mynetworks} that has the whole world or much of it. */
    Optional<String> wide(Service service) {
        return settings.words(service, "mynetworks").stream()
                .filter(network -> WIDE.matcher(network).matches())
                .findFirst();
    }

    /** Returns the entry of {@code mynetworks} that has more than one other machine. */
    Optional<String> network(Service service) {
        return settings.words(service, "mynetworks").stream()
                .filter(network -> NETWORK.matcher(network).matches()
                        && !GatewayPlaces.isLoopback(network.replaceAll("[\\[\\]]|/.*", "")))
                .findFirst();
    }

    private static boolean isClosed(List<String> restrictions) {
        int end = restrictions.indexOf("reject");
        return end >= 0
                && restrictions.subList(0, end).stream()
                        .noneMatch(word -> word.startsWith("permit") && !KNOWN.contains(word));
    }

    private static boolean keepsInside(List<String> restrictions) {
        for (String word : restrictions) {
            if (ENDS.contains(word)) {
                return true;
            }
            if (!REFUSING.matcher(word).matches()) {
                return false;
            }
        }
        return false;
    }

    private static final List<String> LISTS =
            List.of("smtpd_client_restrictions", "smtpd_relay_restrictions", "smtpd_recipient_restrictions");
    private static final List<String> RELAYING = List.of("smtpd_relay_restrictions", "smtpd_recipient_restrictions");

    /** They permit only somebody whom Postfix knows. */
    private static final Set<String> KNOWN = Set.of(
            "permit_mynetworks",
            "permit_sasl_authenticated",
            "permit_tls_clientcerts",
            "permit_tls_all_clientcerts",
            "permit_inet_interfaces");

    /** They refuse at least every recipient that is not ours. */
    private static final Set<String> ENDS =
            Set.of("reject_unauth_destination", "defer_unauth_destination", "reject", "defer");

    /** A restriction that can only refuse, or its argument. Tables, policy servers and classes may permit. */
    private static final Pattern REFUSING = Pattern.compile("(reject|defer)_\\w+|[\\w-]+(\\.[\\w-]+)+(=\\S*)?");

    private static final Pattern WIDE =
            Pattern.compile("static:.*|[0-9.]+/[0-7]|\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]?/[0-9]");
    private static final Pattern NETWORK =
            Pattern.compile("[0-9.]+/(?!32$)[0-9]+|\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]?/(?!128$)[0-9]+");
}
