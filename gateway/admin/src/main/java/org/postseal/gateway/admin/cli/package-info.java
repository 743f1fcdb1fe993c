/**
 * The command line: commands, exit codes, and what is printed. An {@link org.postseal.gateway.app.assembly.Assembly}
 * makes the gateway itself.
 */
@NullMarked
package org.postseal.gateway.admin.cli;

import org.jspecify.annotations.NullMarked;
