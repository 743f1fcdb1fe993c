package org.postseal.gateway.admin.cli.ca;

import java.util.List;
import org.postseal.certstore.issue.Profile;

/** The certificates that a user gets: one or two. */
enum ProfileWord {
    DUAL,
    SPLIT,
    SIGN,
    ENCRYPT;

    /** All words, for the help text. */
    static final String WORDS = "dual, split, sign, encrypt";

    /** Returns one profile for each certificate. */
    List<Profile> profiles() {
        return switch (this) {
            case DUAL -> List.of(Profile.DUAL);
            case SPLIT -> List.of(Profile.SIGN, Profile.ENCRYPT);
            case SIGN -> List.of(Profile.SIGN);
            case ENCRYPT -> List.of(Profile.ENCRYPT);
        };
    }
}
