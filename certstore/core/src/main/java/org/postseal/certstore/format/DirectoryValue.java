package org.postseal.certstore.format;

import java.util.Optional;
import org.postseal.certstore.SmimeCapabilities;

/**
 * The attribute value of a directory server that holds a certificate, as an LDIF file gives it.
 *
 * @param attribute {@code userCertificate}, {@code userSMIMECertificate} or {@code cACertificate}, without options
 * @param isFlagged whether its owner marked it as the one to use
 * @param isHelper whether the certificate serves only to build a path
 * @param capabilities the S/MIME capabilities in the same value
 */
public record DirectoryValue(
        DirectoryEntry entry,
        String attribute,
        boolean isFlagged,
        boolean isHelper,
        Optional<SmimeCapabilities> capabilities) {}
