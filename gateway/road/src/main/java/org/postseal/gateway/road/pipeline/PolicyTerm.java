package org.postseal.gateway.road.pipeline;

import java.util.Optional;

/** Says for how long a policy may decide. Thread-safe. */
public interface PolicyTerm {
    /** The term of a policy that decides until the gateway puts another one in its place. */
    PolicyTerm OPEN = new PolicyTerm() {
        @Override
        public Optional<Long> epoch() {
            return Optional.empty();
        }

        @Override
        public Optional<String> whyOver() {
            return Optional.empty();
        }
    };

    /** Returns the epoch in which a fleet decides by this policy; the result is empty if the policy is our own. */
    Optional<Long> epoch();

    /** Says why the policy may not decide a message that comes now; the result is empty if it may. */
    Optional<String> whyOver();
}
