package org.postseal.gateway.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.postseal.certstore.Digest;
import org.postseal.gateway.audit.AuditConfig;

/** What is left of the text of a policy that records name: a file {@code SHA-256.yaml} in the folder with the evidence of the log. */
public sealed interface KeptPolicy {
    /**
     * It is there, and is what the SHA-256 is of.
     *
     * @param octets of the file
     */
    record Kept(byte[] octets) implements KeptPolicy {
        /** As text. */
        public String text() {
            return new String(octets, UTF_8);
        }
    }

    /** It is not there: a gateway of a version before made the record, or somebody has removed it. */
    record Missing() implements KeptPolicy {}

    /** Something else stands under its name. */
    record Changed() implements KeptPolicy {}

    /**
     * It is there, and whoever asks cannot read it.
     *
     * @param why in words, with whose it is where that is why
     */
    record Unreadable(String why) implements KeptPolicy {}

    /**
     * Reads it.
     *
     * @param evidence the folder, as {@link AuditConfig#evidence()}
     * @param sha256 as records name it; {@link Missing} for what is no SHA-256
     * @throws IOException when nobody can say, since the folder cannot be looked into
     */
    static KeptPolicy read(Path evidence, String sha256) throws IOException {
        if (!DIGITS.matcher(sha256).matches()) {
            return new Missing();
        }
        Path file = evidence.resolve(name(sha256));
        try {
            byte[] octets = Files.readAllBytes(file);
            return Digest.SHA_256.hex(octets).equals(sha256) ? new Kept(octets) : new Changed();
        } catch (NoSuchFileException | NotDirectoryException none) {
            return new Missing();
        } catch (IOException e) {
            if (FileFault.isOfFile(file)) {
                return new Unreadable(FileFault.words(file, e));
            }
            throw e;
        }
    }

    /** The name of its file. */
    static String name(String sha256) {
        return sha256 + SUFFIX;
    }

    /** What the names of such files end in. */
    String SUFFIX = ".yaml";

    /** SHA-256. */
    Pattern DIGITS = Pattern.compile("[0-9a-f]{64}");
}
