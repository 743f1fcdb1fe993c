/**
 * {@code postseal setup} takes an installed program to a gateway that runs behind a Postfix, or between mail servers on
 * other machines. Each step is a command that anybody can type, and looks first whether its result is there already.
 */
@NullMarked
package org.postseal.gateway.admin.cli.setup;

import org.jspecify.annotations.NullMarked;
