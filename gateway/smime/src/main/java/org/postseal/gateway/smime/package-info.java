/**
 * Runs the CMS pipeline over raw octets: classify, sign, encrypt, decrypt, verify (RFC 8551, RFC 5652, RFC 5083). It
 * knows no SMTP and reads no files.
 */
@NullMarked
package org.postseal.gateway.smime;

import org.jspecify.annotations.NullMarked;
