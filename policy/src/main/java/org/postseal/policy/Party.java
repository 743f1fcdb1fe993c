package org.postseal.policy;

import java.util.Optional;
import org.postseal.certstore.MailAddress;

/** The two ends of a message. */
enum Party {
    /** The single From address, or the reverse path if there is none. */
    SENDER {
        @Override
        Optional<MailAddress> of(Asked asked) {
            return asked.sender();
        }
    },
    RECIPIENT {
        @Override
        Optional<MailAddress> of(Asked asked) {
            return Optional.of(asked.recipient());
        }
    };

    abstract Optional<MailAddress> of(Asked asked);
}
