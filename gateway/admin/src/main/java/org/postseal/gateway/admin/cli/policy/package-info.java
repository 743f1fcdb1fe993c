/**
 * The commands for a policy as code: check, test, explain, compare. They read files and print results; nothing is sent,
 * recorded or changed.
 */
@NullMarked
package org.postseal.gateway.admin.cli.policy;

import org.jspecify.annotations.NullMarked;
