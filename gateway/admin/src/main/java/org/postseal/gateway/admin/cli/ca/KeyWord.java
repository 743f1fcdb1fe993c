package org.postseal.gateway.admin.cli.ca;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.support.Words;
import picocli.CommandLine.ITypeConverter;

/** Kinds of key as the command line names them: those that the Baseline Requirements allow. */
public final class KeyWord implements ITypeConverter<KeyAlgorithm> {
    /** All of them, for help. */
    public static final String WORDS = "rsa2048, rsa3072, rsa4096, p256, p384, p521, ed25519, ed448";

    /** All of them. */
    public static final Words<KeyAlgorithm> ALL = Words.of(List.of(
            KeyAlgorithm.RSA2048,
            KeyAlgorithm.RSA3072,
            KeyAlgorithm.RSA4096,
            KeyAlgorithm.P256,
            KeyAlgorithm.P384,
            KeyAlgorithm.P521,
            KeyAlgorithm.ED25519,
            KeyAlgorithm.ED448));

    /** The kind of this name. */
    public static Optional<KeyAlgorithm> parse(String text) {
        return ALL.find(text);
    }

    @Override
    public KeyAlgorithm convert(String text) {
        return ALL.convert(text);
    }
}
