"""How reactions make commands and values: without validating anew what was validated when it came in (`_trusted`)."""

from incident_fsm import _values as v
from incident_fsm import commands as c
from incident_fsm._trusted import changer, open_twin, trusted

ReportSecurityBreach = trusted(c.ReportSecurityBreach)
RedirectReporter = trusted(c.RedirectReporter)
PublishStatus = trusted(c.PublishStatus)
OpenThread = trusted(c.OpenThread)
blank_post = open_twin(c.PostToThread)
OpenSupportCase = trusted(c.OpenSupportCase)
EscalateSupportCase = trusted(c.EscalateSupportCase)
CreateIssue = trusted(c.CreateIssue)
CreateReport = trusted(c.CreateReport)
ScheduleMeeting = trusted(c.ScheduleMeeting)
CancelMeeting = trusted(c.CancelMeeting)
PublishRunbook = trusted(c.PublishRunbook)
PublishReport = trusted(c.PublishReport)
PublishPostMortem = trusted(c.PublishPostMortem)
Remind = trusted(c.Remind)

AffectedService = trusted(v.AffectedService)
FollowUp = trusted(v.FollowUp)
SupportCase = trusted(v.SupportCase)
Reference = trusted(v.Reference)

changed_follow_up = changer(v.FollowUp)
changed_case = changer(v.SupportCase)
changed_milestones = changer(v.Milestones)
changed_references = changer(v.References)
