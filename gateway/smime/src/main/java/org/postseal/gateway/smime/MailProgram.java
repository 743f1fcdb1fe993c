package org.postseal.gateway.smime;

import static org.postseal.policy.protection.EncryptionSettings.Cipher.AES128_CBC;
import static org.postseal.policy.protection.EncryptionSettings.Cipher.AES192_CBC;
import static org.postseal.policy.protection.EncryptionSettings.Cipher.AES256_CBC;
import static org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport.OAEP_SHA1;
import static org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport.OAEP_SHA256;
import static org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport.OAEP_SHA384;
import static org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport.OAEP_SHA512;
import static org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport.PKCS1;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.postseal.policy.protection.Capabilities;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;

/**
 * What mail programs read, as docs/interop.md shows it. A program is in this table only if it was run, or if the S/MIME
 * library was run that it always uses.
 */
public enum MailProgram {
    /**
     * MailProgramsIT runs it, and the table of NSS shows its key transports. The field has had no version for years,
     * and older programs, which write one, are not in this table.
     */
    THUNDERBIRD("Mozilla Thunderbird", Set.of(PKCS1, OAEP_SHA1, OAEP_SHA256, OAEP_SHA384, OAEP_SHA512)),
    /** MailProgramsIT runs it with gpgsm. */
    NEOMUTT("NeoMutt/[0-9].*", Set.of(PKCS1)),
    /** Its S/MIME is that of gpgsm, which has a table. */
    CLAWS_MAIL("Claws Mail [0-9].*", Set.of(PKCS1));

    private final Pattern field;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Capabilities reads;

    MailProgram(String field, Set<RsaKeyTransport> transports) {
        this.field = Pattern.compile(field);
        // None of them reads authEnveloped-data.
        this.reads = new Capabilities(
                Capabilities.Source.MAIL_PROGRAM, Set.of(AES128_CBC, AES192_CBC, AES256_CBC), transports);
    }

    /**
     * Finds the program that a value of User-Agent or X-Mailer names.
     *
     * @return empty if the program is not in the table
     */
    public static Optional<MailProgram> of(String field) {
        return Stream.of(values())
                .filter(program -> program.field.matcher(field).matches())
                .findFirst();
    }

    public Capabilities reads() {
        return reads;
    }
}
