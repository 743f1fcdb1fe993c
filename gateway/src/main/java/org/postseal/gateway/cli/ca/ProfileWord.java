package org.postseal.gateway.cli.ca;

import java.util.List;
import org.postseal.certstore.ca.Profile;

/** What a user gets: one certificate, or two. */
enum ProfileWord {
    DUAL(Profile.DUAL),
    SPLIT(Profile.SIGN, Profile.ENCRYPT),
    SIGN(Profile.SIGN),
    ENCRYPT(Profile.ENCRYPT);

    /** All of them, for help. */
    static final String WORDS = "dual, split, sign, encrypt";

    private final List<Profile> profiles;

    ProfileWord(Profile... profiles) {
        this.profiles = List.of(profiles);
    }

    /** A certificate for each. */
    List<Profile> profiles() {
        return profiles;
    }
}
