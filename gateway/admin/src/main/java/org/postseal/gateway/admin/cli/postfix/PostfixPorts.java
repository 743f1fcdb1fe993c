package org.postseal.gateway.admin.cli.postfix;

import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.postseal.gateway.admin.cli.postfix.PostfixSettings.Service;
import org.postseal.gateway.mail.Peer.Role;

/**
 * Finds the ports that an earlier change has opened.
 *
 * @param users the port of our users' mail programs
 * @param sentOn the port for programs that send on mail from outside
 */
public record PostfixPorts(Optional<Integer> users, Optional<Integer> sentOn) {
    public static PostfixPorts of(Postconf postconf, GatewayPlaces places) {
        PostfixSettings settings = postconf.read();
        Map<String, String> forThisMachine = PostfixBlocks.options(PostfixBlocks.FOR_THIS_MACHINE);
        return new PostfixPorts(
                port(
                        settings,
                        each -> !each.port().equals("465")
                                && !GatewayPlaces.isLoopback(each.host())
                                && places.rolesAt(each.overrides().getOrDefault(PostfixBlocks.FILTER, ""))
                                        .contains(Role.SUBMISSION)),
                port(
                        settings,
                        each -> GatewayPlaces.isLoopback(each.host())
                                && !places.isNextHop(each)
                                && each.overrides().entrySet().containsAll(forThisMachine.entrySet())));
    }

    private static Optional<Integer> port(PostfixSettings settings, Predicate<Service> fits) {
        return settings.running("smtpd").stream()
                .filter(each -> each.type().equals("inet"))
                .filter(fits)
                .map(Service::port)
                .filter(port -> port.matches("[0-9]{1,5}"))
                .map(Integer::valueOf)
                .findFirst();
    }
}
