package org.postseal.gateway.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.postseal.certstore.Secret;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads secrets from files, and those that stand in a header field. */
final class HeaderSecrets {
    private final Function<YamlValue, Optional<Path>> secretFile;

    /** @param secretFile says what is wrong with a path, or gives it */
    HeaderSecrets(Function<YamlValue, Optional<Path>> secretFile) {
        this.secretFile = secretFile;
    }

    /** A name for a field of the admin's own; required. */
    static Optional<String> name(YamlMapping section) {
        return section.required("name")
                .flatMap(value -> value.parsed(
                        "a field name such as X-Gateway-Done, none of ours or Exchange's", HeaderSecrets::name));
    }

    /** What fits into a header field. */
    Optional<Secret> word(YamlValue file) {
        Optional<Secret> secret = secret(file);
        secret.filter(found -> !isWord(found))
                .ifPresent(_ -> file.error(
                        "must hold one line of letters, digits and -._~+/=: it is the value of a header field"));
        return secret.filter(HeaderSecrets::isWord);
    }

    /** Enough octets that nobody guesses them. */
    Optional<Secret> secret(YamlValue value) {
        return secretFile.apply(value).flatMap(file -> {
            try {
                Secret secret = Secret.read(file);
                if (secret.octets().length >= LEAST) {
                    return Optional.of(secret);
                }
                value.error("holds fewer than " + LEAST + " octets: make it with `openssl rand -hex 32`");
            } catch (IOException unreadable) {
                value.error("cannot be used: " + YamlValue.clean(String.valueOf(unreadable.getMessage())));
            }
            return Optional.empty();
        });
    }

    // those that begin so are Exchange's and ours
    private static Optional<String> name(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        boolean isFree = text.matches("[Xx]-[A-Za-z0-9-]{1,60}")
                && !lower.startsWith("x-postseal-")
                && !lower.startsWith("x-ms-exchange-");
        return isFree ? Optional.of(text) : Optional.empty();
    }

    private static boolean isWord(Secret secret) {
        for (byte octet : secret.octets()) {
            if (WORD.indexOf(octet) < 0) {
                return false;
            }
        }
        return secret.octets().length <= LONGEST_WORD;
    }

    private static final String WORD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";
    private static final int LEAST = 16;
    /** Words in a rule of Exchange are no longer. */
    private static final int LONGEST_WORD = 128;
}
