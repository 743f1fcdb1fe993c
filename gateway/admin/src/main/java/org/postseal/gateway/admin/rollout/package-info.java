/**
 * Files that an administrator takes elsewhere, so that other products do what the policy says: keys and settings for
 * mail programs, scripts for Exchange, managed policies of browsers, profiles. This package makes text and octets; it
 * runs nothing and asks nobody. Scripts and pages are templates in {@code src/main/jte}. Every value that comes from a
 * file or a command line is quoted by the rules of the language that it goes into.
 */
@NullMarked
package org.postseal.gateway.admin.rollout;

import org.jspecify.annotations.NullMarked;
