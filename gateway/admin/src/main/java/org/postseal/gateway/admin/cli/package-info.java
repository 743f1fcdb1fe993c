/**
 * The command line: commands, exit codes, what is printed. The gateway itself is made by an {@link org.postseal.gateway.app.assembly.Assembly}.
 */
@NullMarked
package org.postseal.gateway.admin.cli;

import org.jspecify.annotations.NullMarked;
