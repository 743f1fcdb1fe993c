/**
 * Reads and writes the formats of certificates: PEM, DER, certs-only PKCS #7, PKCS #12, Microsoft's serialized store
 * (SST), LDIF, and the values of {@code userSMIMECertificate}. Readers take octets from anybody. Each returns a value,
 * names every bad element with its place, and keeps to its limits. Nothing here judges trust, and only
 * {@link org.postseal.certstore.format.CertificateFiles} opens files.
 */
@NullMarked
package org.postseal.certstore.format;

import org.jspecify.annotations.NullMarked;
