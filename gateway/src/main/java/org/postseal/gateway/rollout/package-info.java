/**
 * What an administrator takes elsewhere so that other products do what the policy says: scripts for Exchange, managed policies of browsers, profiles of mail programs. Text is made, nothing is run and nobody is
 * asked. Every value that comes from a file or a command line is quoted by the rules of the language it goes into.
 */
@NullMarked
package org.postseal.gateway.rollout;

import org.jspecify.annotations.NullMarked;
