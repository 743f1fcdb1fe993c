/** The program starts here: {@code Main} hands its arguments to the command line. */
@NullMarked
package org.postseal.gateway.admin;

import org.jspecify.annotations.NullMarked;
