package org.postseal.gateway.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.postseal.certstore.Secret;
import org.postseal.policy.yaml.YamlValue;

/** Types of keys that name a file with a secret, and of the key that names a header field with a secret value. */
final class SecretFiles {
    /** The name of a field that the administrator chose. It must not begin as the fields of Exchange or ours do. */
    static final Type<String> FIELD_NAME = Type.matching(
            "a field name such as X-Gateway-Done, none of ours or Exchange's",
            "(?i)(?!x-postseal-|x-ms-exchange-)x-[a-z0-9-]{1,60}");

    private SecretFiles() {}

    /** Returns a type for a secret with enough octets that nobody can guess it. */
    static Type<Secret> secret(PathReader paths) {
        return secret(paths::secretFile, 16, "openssl rand -hex 32");
    }

    /** Returns a type as {@link #secret(PathReader)} does, whose secret can be the value of a header field. */
    static Type<Secret> fieldValue(PathReader paths) {
        return secret(paths)
                .refusing(
                        secret -> !isFieldValue(secret),
                        "must hold one line of letters, digits and -._~+/=: it is the value of a header field");
    }

    /**
     * Returns a type for a secret of at least {@code least} octets.
     *
     * @param command the command that makes such a secret, shown in the message about a shorter one
     */
    static Type<Secret> secret(Type<Path> type, int least, String command) {
        return value -> type.read(value).flatMap(file -> {
            try {
                Secret secret = Secret.read(file);
                if (secret.octets().length >= least) {
                    return Optional.of(secret);
                }
                value.error("holds fewer than " + least + " octets: make it with `" + command + "`");
            } catch (IOException unreadable) {
                value.error("cannot be used: " + YamlValue.clean(String.valueOf(unreadable.getMessage())));
            }
            return Optional.empty();
        });
    }

    private static boolean isFieldValue(Secret secret) {
        for (byte octet : secret.octets()) {
            if (FIELD_VALUE.indexOf(octet) < 0) {
                return false;
            }
        }
        // The words in a rule of Exchange have up to 128 characters
        return secret.octets().length <= 128;
    }

    private static final String FIELD_VALUE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";
}
