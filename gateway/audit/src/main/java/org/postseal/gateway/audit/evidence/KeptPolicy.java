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
import org.postseal.gateway.audit.chain.RegularFile;

/**
 * Says what is kept of the text of a policy that records name. The text is a file {@code SHA-256.yaml} in the folder
 * with the evidence of the log.
 */
public sealed interface KeptPolicy {
    /**
     * The text is there and has that SHA-256.
     *
     * @param octets the content of the file
     */
    record Kept(byte[] octets) implements KeptPolicy {
        public String text() {
            return new String(octets, UTF_8);
        }
    }

    /** The text is not there: an older version of the gateway made the record, or somebody has removed the file. */
    record Missing() implements KeptPolicy {}

    /** The file has another content. */
    record Changed() implements KeptPolicy {}

    /**
     * The file is there, and the calling process cannot read it.
     *
     * @param why the cause in words, with the owner of the file if permission is denied
     */
    record Unreadable(String why) implements KeptPolicy {}

    /**
     * Reads the text of a policy.
     *
     * @param evidence the folder, as {@link AuditConfig#evidence()}
     * @param sha256 the SHA-256 as records name it; {@link Missing} is returned for a text that is no SHA-256
     * @throws IOException if nothing is known because the folder cannot be looked into
     */
    static KeptPolicy read(Path evidence, String sha256) throws IOException {
        if (!DIGITS.matcher(sha256).matches()) {
            return new Missing();
        }
        Path file = evidence.resolve(name(sha256));
        try {
            RegularFile.require(file);
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

    static String name(String sha256) {
        return sha256 + SUFFIX;
    }

    /** The end of the name of such a file. */
    String SUFFIX = ".yaml";

    /** The form of a SHA-256. */
    Pattern DIGITS = Pattern.compile("[0-9a-f]{64}");
}
