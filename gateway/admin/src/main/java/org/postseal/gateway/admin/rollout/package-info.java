/**
 * What an administrator takes elsewhere so that other products do what the policy says: keys and settings for mail programs, scripts for Exchange, managed policies of browsers, profiles. Text and octets are made, nothing
 * is run and nobody is asked. Every value that comes from a file or a command line is quoted by the rules of the language it goes into.
 */
@NullMarked
package org.postseal.gateway.admin.rollout;

import org.jspecify.annotations.NullMarked;
