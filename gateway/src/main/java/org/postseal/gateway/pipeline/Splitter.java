package org.postseal.gateway.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.Decision;
import org.postseal.policy.Protection;

/**
 * Splits the recipients of a message into groups that may share one copy. RecipientInfos name every reader (RFC 5652 §6.2), so a Bcc recipient of an encrypted copy stands
 * alone; a different decision is a different group, and so is a different right to open where the copy is looked into. The order is that of the envelope.
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
                .map(entry -> new Group(
                        entry.getKey().decision(),
                        entry.getValue().getFirst().view().orElseThrow(),
                        entry.getValue()))
                .toList();
    }

    private static Key keyOf(RecipientPlan plan, Set<MailAddress> visible) {
        Decision decision = plan.ruling().orElseThrow().decision();
        MailAddress recipient = plan.recipient().address();
        boolean alone = isEncrypted(decision) && !visible.contains(recipient);
        return new Key(
                decision,
                isLookedInto(decision) ? plan.view() : Optional.empty(),
                alone ? Optional.of(recipient) : Optional.empty());
    }

    private static boolean isLookedInto(Decision decision) {
        return switch (decision) {
            case Decision.Deliver(Decision.Incoming incoming, var _, var _) ->
                switch (incoming) {
                    case VERIFY, OPEN -> true;
                    case AS_RECEIVED -> false;
                };
            case Decision.Redirect _, Decision.Reject _, Decision.Defer _ -> false;
        };
    }

    private static boolean isEncrypted(Decision decision) {
        return switch (decision) {
            case Decision.Deliver(var _, Protection protection, var _) ->
                switch (protection) {
                    case Protection.Encrypted _, Protection.SignedAndEncrypted _ -> true;
                    case Protection.Clear _, Protection.Kept _, Protection.Signed _ -> false;
                };
            case Decision.Redirect _, Decision.Reject _, Decision.Defer _ -> false;
        };
    }

    // A view is compared by identity through its OpenedMessage and by value otherwise: two recipients with the same
    // right share the object. Where the copy leaves as it came, what somebody may open makes no difference: empty.
    // A blind recipient given twice is still one reader.
    private record Key(Decision decision, Optional<ContentView> view, Optional<MailAddress> alone) {}
}
