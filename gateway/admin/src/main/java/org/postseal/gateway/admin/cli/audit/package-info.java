/** {@code postseal audit}: what the audit log says, and whether it can be believed. */
@NullMarked
package org.postseal.gateway.admin.cli.audit;

import org.jspecify.annotations.NullMarked;
