//! `schedule: "TZ=Europe/Berlin 0 3 * * *"` of a CronJob.

use crate::catalog::Version;
use crate::yaml::{At, Node};

use super::super::engine::Stop;
use super::super::outcome::Grade;
use super::Scope;

const SCHEDULE: [&str; 2] = ["spec", "schedule"];

/// The first release in which `spec.timeZone` works without a feature gate.
const TIME_ZONE: Version = Version::new(1, 25);

pub(super) fn run(scope: &mut Scope) -> Result<(), Stop> {
    let Some(schedule) = scope
        .node
        .at(SCHEDULE)
        .and_then(Node::as_str)
        .map(str::trim_start)
    else {
        return Ok(());
    };
    let Some(rest) = schedule
        .strip_prefix("CRON_TZ=")
        .or_else(|| schedule.strip_prefix("TZ="))
    else {
        return Ok(());
    };
    let Some((zone, times)) = rest
        .split_once(char::is_whitespace)
        .filter(|(zone, _)| !zone.is_empty())
    else {
        scope.manual(&SCHEDULE, "the time zone in spec.schedule cannot be read");
        return Ok(());
    };
    let (zone, times) = (zone.to_owned(), times.trim_start().to_owned());
    if zone == "Local" {
        let text = "`Local` is the time zone of the controller's node; batch/v1 wants its name";
        scope.manual(&SCHEDULE, text);
        return Ok(());
    }
    let given = scope
        .node
        .at(["spec", "timeZone"])
        .filter(|given| !given.is_null());
    let same = given.is_some_and(|given| given.as_str() == Some(&zone));
    if given.is_some() && !same {
        scope.manual(
            &SCHEDULE,
            "spec.schedule and spec.timeZone both name a time zone",
        );
        return Ok(());
    }
    if scope
        .runs_now("kubernetes")
        .is_none_or(|version| version < TIME_ZONE)
    {
        let text = "spec.schedule keeps its TZ=: spec.timeZone needs Kubernetes 1.25, and 1.29 refuses TZ= in new CronJobs";
        scope.changed(Grade::Review, &SCHEDULE, text, "");
        return Ok(());
    }
    let text = "the time zone moves from spec.schedule to spec.timeZone";
    let why = "Kubernetes 1.29 refuses new CronJobs with TZ= in the schedule; spec.timeZone is on by default from 1.25";
    scope.changed(Grade::Review, &SCHEDULE, text, why);
    let Some(spec) = scope.node.get_mut("spec")? else {
        return Ok(());
    };
    if let Some(schedule) = spec.get_mut("schedule")? {
        schedule.set_scalar(&Node::string(times))?;
    }
    if !same {
        // A null would stand in the way.
        spec.take("timeZone")?;
        spec.insert("timeZone", Node::string(zone), At::After(&["schedule"]))?;
    }
    Ok(())
}
