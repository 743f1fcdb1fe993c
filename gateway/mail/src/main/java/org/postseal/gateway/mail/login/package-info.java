/**
 * Knows who may log in on a listener (RFC 4954): the file of users, their passwords as they are kept, and as whom each
 * user may write.
 */
@NullMarked
package org.postseal.gateway.mail.login;

import org.jspecify.annotations.NullMarked;
