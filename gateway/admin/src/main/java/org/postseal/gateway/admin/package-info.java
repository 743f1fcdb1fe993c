/**
 * The gateway: mail in, the road of a message, mail out. {@code Main} wires everything by constructors.
 */
@NullMarked
package org.postseal.gateway.admin;

import org.jspecify.annotations.NullMarked;
