package org.postseal.gateway.admin.rollout;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * A random password that a person types in once: 24 characters out of 31 that cannot be confused with one another, in
 * groups of four. That gives 118 random bits. The program chooses the password and no person does, since the old form
 * of PKCS #12 is only as strong as its password.
 */
public final class FreshPassword {
    private final char[] characters;

    private FreshPassword(char[] characters) {
        this.characters = characters;
    }

    public static FreshPassword of(SecureRandom random) {
        char[] characters = new char[GROUPS * GROUP + GROUPS - 1];
        for (int i = 0; i < characters.length; i++) {
            characters[i] = i % (GROUP + 1) == GROUP ? '-' : ALPHABET.charAt(random.nextInt(ALPHABET.length()));
        }
        return new FreshPassword(characters);
    }

    public char[] characters() {
        return Arrays.copyOf(characters, characters.length);
    }

    @Override
    public String toString() {
        return "[redacted]";
    }

    private static final int GROUPS = 6;
    private static final int GROUP = 4;
    private static final String ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
}
