package org.postseal.gateway.admin.cli.rollout;

import java.util.List;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.rollout.ClientKeys;

/** Says in words how many keys were handed over. */
final class KeyCount {
    private KeyCount() {}

    static String of(List<ClientKeys> users) {
        int keys = users.stream().mapToInt(user -> user.keys().size()).sum();
        return keys
                + (keys == 1 ? " key of " : " keys of ")
                + (users.size() == 1 ? Printable.line(users.getFirst().address().toString()) : users.size() + " users");
    }
}
