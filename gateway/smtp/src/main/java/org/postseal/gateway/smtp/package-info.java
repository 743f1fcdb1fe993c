/**
 * Holds what SMTP and LMTP have in common on both sides: replies, enhanced status codes, command and data syntax. It
 * knows no S/MIME.
 */
@NullMarked
package org.postseal.gateway.smtp;

import org.jspecify.annotations.NullMarked;
