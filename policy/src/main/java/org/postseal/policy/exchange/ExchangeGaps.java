package org.postseal.policy.exchange;

import org.postseal.policy.yaml.YamlValue;

/** Says what becomes of a setting that Microsoft's values cannot express. */
public enum ExchangeGaps {
    /** The export is refused, and nothing is written. */
    REFUSED,
    /**
     * Exchange is told its strongest value instead, or nothing, and a warning says which: a gateway beside it keeps
     * to the policy.
     */
    LEFT_TO_THE_GATEWAY;

    void found(YamlValue value, String message) {
        switch (this) {
            case REFUSED -> value.error(message);
            case LEFT_TO_THE_GATEWAY -> value.warning(message + "; the gateway alone sees to it");
        }
    }
}
