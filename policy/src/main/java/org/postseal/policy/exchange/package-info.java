/**
 * S/MIME policies as Exchange writes them: objects of PowerShell as JSON or as a list, and the EASProvisionDoc of ActiveSync (MS-ASPROV). They are turned into a
 * policy of ours and back; text in, text out.
 */
@NullMarked
package org.postseal.policy.exchange;

import org.jspecify.annotations.NullMarked;
