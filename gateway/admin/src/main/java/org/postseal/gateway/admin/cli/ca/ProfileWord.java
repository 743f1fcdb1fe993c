package org.postseal.gateway.admin.cli.ca;

import java.util.List;
import org.postseal.certstore.issue.Profile;

/** What a user gets: one certificate, or two. */
enum ProfileWord {
    DUAL,
    SPLIT,
    SIGN,
    ENCRYPT;

    /** All of them, for help. */
    static final String WORDS = "dual, split, sign, encrypt";

    /** A certificate for each. */
    List<Profile> profiles() {
        return switch (this) {
            case DUAL -> List.of(Profile.DUAL);
            case SPLIT -> List.of(Profile.SIGN, Profile.ENCRYPT);
            case SIGN -> List.of(Profile.SIGN);
            case ENCRYPT -> List.of(Profile.ENCRYPT);
        };
    }
}
