/**
 * The formats certificates come and go in: PEM, DER, certs-only PKCS #7, PKCS #12, Microsoft's serialized store (SST), LDIF, and the values of {@code userSMIMECertificate}. Readers take
 * octets from anybody: each answers with a value, names every bad element with its place, and keeps to its limits. Nothing here judges trust, and nothing opens a file but
 * {@link org.postseal.certstore.format.CertificateFiles}.
 */
@NullMarked
package org.postseal.certstore.format;

import org.jspecify.annotations.NullMarked;
