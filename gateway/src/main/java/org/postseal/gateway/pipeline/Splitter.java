package org.postseal.gateway.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.Decision;
import org.postseal.policy.Protection;

/**
 * Splits the recipients of a message into groups that may share one copy. RecipientInfos name every reader (RFC 5652 §6.2), so a Bcc recipient of an encrypted copy stands
 * alone; a different decision or a different right to open is a different group. The order is that of the envelope.
 */
final class Splitter {
    private Splitter() {}

    static List<Group> split(List<RecipientPlan> plans, Set<MailAddress> visible) {
        Map<Key, List<RecipientPlan>> groups = new LinkedHashMap<>();
        for (RecipientPlan plan : plans) {
            if (plan.failure().isPresent()) {
                continue;
            }
            groups.computeIfAbsent(keyOf(plan, visible), _ -> new ArrayList<>()).add(plan);
        }
        return groups.entrySet().stream()
                .map(entry ->
                        new Group(entry.getKey().decision(), entry.getKey().view(), entry.getValue()))
                .toList();
    }

    private static Key keyOf(RecipientPlan plan, Set<MailAddress> visible) {
        Decision decision = plan.ruling().orElseThrow().decision();
        boolean alone =
                isEncrypted(decision) && !visible.contains(plan.recipient().address());
        return new Key(decision, plan.view().orElseThrow(), alone ? plan.position() : SHARED);
    }

    private static boolean isEncrypted(Decision decision) {
        return switch (decision) {
            case Decision.Deliver(var _, Protection protection) ->
                switch (protection) {
                    case Protection.Encrypted _, Protection.SignedAndEncrypted _ -> true;
                    case Protection.Clear _, Protection.Kept _, Protection.Signed _ -> false;
                };
            case Decision.Redirect _, Decision.Reject _, Decision.Defer _ -> false;
        };
    }

    // A view is compared by identity through its OpenedMessage and by value otherwise: two recipients with the same
    // right share the object
    private record Key(Decision decision, ContentView view, int alone) {}

    private static final int SHARED = -1;
}
